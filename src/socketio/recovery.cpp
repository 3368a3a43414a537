#include "socketio/recovery.hpp"

#include "base/random.hpp"
#include "socketio/gather.hpp"
#include "socketio/namespace.hpp"
#include "socketio/server.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace quickclinic::socketio {
namespace {

constexpr std::size_t session_characters = 24;

// One process, one name: offsets of a run that has ended mean nothing any more.
const std::string& process_name() {
  static const std::string name = random_token(6);
  return name;
}

bool is_recoverable(std::string_view reason) {
  constexpr std::array<std::string_view, 6> reasons = {
      "transport error", "transport close",      "forced close",
      "ping timeout",    "server shutting down", "forced server close"};
  return std::ranges::find(reasons, reason) != reasons.end();
}

}  // namespace

Recovery::Recovery(Server& server)
    : server_(server),
      on_(server.settings().recovery.disconnection_max > std::chrono::milliseconds(0)),
      shared_(on_ && server.settings().recovery.across_nodes && server.has_adapter()) {}

PacketLog& Recovery::log(std::string_view nsp) {
  const auto found = logs_.find(nsp);
  if (found != logs_.end()) return *found->second;
  const RecoverySettings& settings = server_.settings().recovery;
  const unsigned shards = server_.link() == nullptr ? 1 : server_.link()->shards();
  const std::chrono::milliseconds age = shared_ ? server_.settings().connect_timeout
                                                : settings.disconnection_max + settings.silence_max;
  auto made =
      std::make_unique<PacketLog>(shards, PacketLog::Bounds{.age = age,
                                                            .packets_max = settings.packets_max,
                                                            .bytes_max = settings.bytes_max});
  return *logs_.emplace(std::string(nsp), std::move(made)).first->second;
}

Offset Recovery::next_offset(std::string_view nsp) {
  auto found = numbers_.find(nsp);
  if (found == numbers_.end()) found = numbers_.emplace(std::string(nsp), 0).first;
  return {.shard = server_.shard(), .number = found->second++};
}

std::string Recovery::text_of(const Offset& offset) const {
  return to_text(offset, process_name());
}

void Recovery::note(const BroadcastPtr& packet) {
  log(packet->to.nsp).add(packet, server_.now());
  sweep_later();
}

void Recovery::begin(Socket& socket, std::unique_ptr<Restored> restored,
                     std::string_view presented) {
  RecoveryState& state = socket.recovery();
  state.presented = presented;
  state.since = log(socket.nsp().name()).end();
  if (restored != nullptr) {
    state.session = restored->session;
    state.recovered = true;
    socket.data() = std::move(restored->data);
    state.restored = std::move(restored);
  } else {
    state.session = random_token(session_characters);
  }
}

// What was missed elsewhere, and behind it what has been sent since.
void Recovery::take_over(std::string_view nsp, RecoveryState& state, Restored& restored) {
  const PacketLog& here = log(nsp);
  std::vector<std::string> rooms = restored.rooms;
  rooms.push_back(restored.id.text());
  state.since = here.end();
  state.seen = std::move(restored.seen);
  state.replayed = std::move(restored.missed);
  std::ranges::move(here.behind(state.seen, rooms), std::back_inserter(state.replayed));
}

void Recovery::joined(Socket& socket) {
  live_[socket.recovery().session] = &socket;
  if (socket.recovery().restored != nullptr) resume(socket);
}

void Recovery::resume(Socket& socket) {
  RecoveryState& state = socket.recovery();
  const std::unique_ptr<Restored> restored = std::move(state.restored);
  for (const std::string& room : restored->rooms) socket.join(room);
  take_over(socket.nsp().name(), state, *restored);
  for (const BroadcastPtr& packet : state.replayed) socket.send(packet->frames, packet->delivery);
  // Should the client be cut off again before it has read them, they are still here.
  server_.after(server_.settings().recovery.silence_max,
                [weak = socket.weak_from_this(), shared = shared_] {
                  const SocketPtr alive = weak.lock();
                  if (alive == nullptr) return;
                  alive->recovery().replayed.clear();
                  if (shared) alive->recovery().seen.clear();  // a stream may begin anew, lower
                });
}

void Recovery::gone(Socket& socket, std::string_view reason) {
  live_.erase(socket.recovery().session);
  if (!is_recoverable(reason)) return;
  std::vector<std::string> rooms = socket.rooms();
  std::erase(rooms, socket.id().text());
  if (shared_) {
    server_.cluster().keep_session(socket.nsp().name(), {.id = socket.id(),
                                                         .session = socket.recovery().session,
                                                         .rooms = std::move(rooms),
                                                         .data = socket.data().to_json()});
    socket.recovery() = {};
    socket.recovery().kept = true;
    return;
  }
  add({.nsp = socket.nsp().name(),
       .id = socket.id(),
       .rooms = std::move(rooms),
       .data = std::move(socket.data()),
       .state = std::exchange(socket.recovery(), {}),
       .gone_at = server_.now()});
  socket.recovery().kept = true;
}

void Recovery::put_back(std::string_view nsp, std::unique_ptr<Restored> restored,
                        std::string_view presented) {
  if (shared_) {
    server_.cluster().keep_session(std::string(nsp), {.id = restored->id,
                                                      .session = restored->session,
                                                      .rooms = std::move(restored->rooms),
                                                      .data = restored->data.to_json()});
    return;
  }
  RecoveryState state;
  state.session = restored->session;
  state.presented = presented;
  take_over(nsp, state, *restored);
  add({.nsp = std::string(nsp),
       .id = restored->id,
       .rooms = std::move(restored->rooms),
       .data = std::move(restored->data),
       .state = std::move(state),
       .gone_at = restored->gone_at});
}

void Recovery::add(KeptSession session) {
  sweep();
  sessions_.push_back(std::move(session));
  by_name_.emplace(sessions_.back().state.session, std::prev(sessions_.end()));
  if (sessions_.size() > server_.settings().recovery.sessions_max) forget(sessions_.begin());
  sweep_later();
}

void Recovery::forget(Sessions::iterator session) {
  by_name_.erase(session->state.session);
  sessions_.erase(session);
}

void Recovery::sweep() {
  const TimePoint now = server_.now();
  const auto window = server_.settings().recovery.disconnection_max;
  while (!sessions_.empty() && sessions_.front().gone_at + window < now) {
    forget(sessions_.begin());
  }
  for (const auto& [name, log] : logs_) log->trim(now);
}

void Recovery::sweep_later() {
  if (std::exchange(sweeping_, true)) return;
  server_.after(server_.settings().recovery.disconnection_max, [this] {
    sweeping_ = false;
    sweep();
    const auto in_use = [](const auto& log) { return !log.second->empty(); };
    if (!sessions_.empty() || std::ranges::any_of(logs_, in_use)) sweep_later();
  });
}

std::optional<std::vector<BroadcastPtr>> Recovery::missed(KeptSession& session,
                                                          std::string_view offset) {
  const PacketLog& here = log(session.nsp);
  const RecoveryState& state = session.state;
  std::vector<std::string> rooms = session.rooms;
  rooms.push_back(session.id.text());
  const std::optional<Offset> last = parse_offset(offset, process_name());
  const bool nothing_since = offset.empty() || offset == state.presented;
  if (!nothing_since && !last) return std::nullopt;  // nobody knows what that client has

  const auto replayed = std::ranges::find_if(
      state.replayed, [&](const BroadcastPtr& packet) { return packet->offset == last; });
  std::vector<BroadcastPtr> packets;
  std::uint64_t place = state.since;
  if (nothing_since) {
    packets = state.replayed;
  } else if (replayed != state.replayed.end()) {
    packets.assign(std::next(replayed), state.replayed.end());
  } else if (const auto found = here.place_of(*last); found && *found >= state.since) {
    place = *found + 1;
  }
  // Else it is older than anything that is kept, and so is all that was sent before it.
  if (!here.complete_since(place, server_.now())) return std::nullopt;
  std::ranges::move(here.since(place, rooms, state.seen), std::back_inserter(packets));
  return packets;
}

void Recovery::cut_off(std::string_view nsp, std::string_view session) {
  const auto live = live_.find(session);
  if (live != live_.end() && live->second->nsp().name() == nsp) live->second->cut_off();
}

std::unique_ptr<Restored> Recovery::restored(const std::string& nsp, FoundSession& found) const {
  SharedSession& session = found.session;
  auto restored = std::make_unique<Restored>();
  restored->id = session.id;
  restored->session = std::move(session.session);
  restored->rooms = std::move(session.rooms);
  if (!session.data.is_null()) restored->data = std::move(session.data);
  for (const MissedEvent& event : found.missed) {
    const EventHead head{.nsp = nsp, .name = event.name, .offset = event.offset};
    restored->missed.push_back(std::make_shared<const Broadcast>(
        Broadcast{.to = {.nsp = nsp, .rooms = {}, .except = {}},
                  .frames = server_.parser().event(head, event.arguments)}));
  }
  restored->seen.assign(server_.link() == nullptr ? 1 : server_.link()->shards(), 0);
  restored->seen.front() = found.seen;
  restored->gone_at = server_.now();
  return restored;
}

// Behind whatever its last connection may still do here.
void Recovery::find_shared(std::string nsp, std::string session, std::string offset,
                           std::function<void(std::unique_ptr<Restored>)> done) {
  gather<int>(
      server_, Shards::all,
      [nsp, session](Server& shard) {
        shard.recovery().cut_off(nsp, session);
        return 0;
      },
      [this, nsp, session, offset = std::move(offset), done = std::move(done)](const auto&) {
        server_.cluster().find_session(nsp, session, offset,
                                       [this, nsp, done](const FoundSessionPtr& found) {
                                         done(found == nullptr ? nullptr : restored(nsp, *found));
                                       });
      });
}

std::unique_ptr<Restored> Recovery::take(std::string_view nsp, std::string_view session,
                                         std::string_view offset) {
  sweep();
  cut_off(nsp, session);
  const auto found = by_name_.find(session);
  if (found == by_name_.end() || found->second->nsp != nsp) return nullptr;
  KeptSession& kept = *found->second;
  auto packets = missed(kept, offset);
  std::unique_ptr<Restored> restored;
  if (packets) {
    restored = std::make_unique<Restored>(Restored{.id = kept.id,
                                                   .session = kept.state.session,
                                                   .rooms = std::move(kept.rooms),
                                                   .data = std::move(kept.data),
                                                   .missed = std::move(*packets),
                                                   .seen = log(nsp).marks(),
                                                   .gone_at = kept.gone_at});
  }
  forget(found->second);
  return restored;
}

void Recovery::restore(std::string_view nsp, std::string_view session, std::string_view offset,
                       std::function<void(std::unique_ptr<Restored>)> done) {
  if (shared_) {
    find_shared(std::string(nsp), std::string(session), std::string(offset), std::move(done));
    return;
  }
  if (std::unique_ptr<Restored> here = take(nsp, session, offset)) {
    done(std::move(here));
    return;
  }
  // At most one of the others has it. (A call that can be copied carries no unique_ptr.)
  using Found = std::shared_ptr<std::unique_ptr<Restored>>;
  gather<Found>(
      server_, Shards::others,
      [nsp = std::string(nsp), session = std::string(session),
       offset = std::string(offset)](Server& shard) {
        return std::make_shared<std::unique_ptr<Restored>>(
            shard.recovery().take(nsp, session, offset));
      },
      [done = std::move(done)](std::vector<Found> parts) {
        const auto found =
            std::ranges::find_if(parts, [](const Found& part) { return *part != nullptr; });
        done(found == parts.end() ? nullptr : std::move(**found));
      });
}

}  // namespace quickclinic::socketio
