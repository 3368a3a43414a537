#include "cluster/sessions.hpp"

#include "base/base64.hpp"
#include "base/log.hpp"
#include "cluster/wire.hpp"
#include "socketio/msgpack.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace quickclinic::cluster {
namespace {

using socketio::FoundSession;
using socketio::SharedSession;

constexpr std::size_t session_characters_max = 100;
constexpr EntryId last_possible{.ms = std::numeric_limits<std::uint64_t>::max(),
                                .number = std::numeric_limits<std::uint64_t>::max()};

EntryId behind(EntryId id) {
  if (++id.number == 0) ++id.ms;
  return id;
}

bool meant_for(const socketio::Selection& who, const SharedSession& session) {
  const auto in = [&session](const std::string& room) {
    return room == session.id.text() ||
           std::ranges::find(session.rooms, room) != session.rooms.end();
  };
  const bool included = who.rooms.empty() || std::ranges::any_of(who.rooms, in);
  return included && std::ranges::none_of(who.except, in);
}

}  // namespace

struct Sessions::Search {
  std::string nsp;
  std::string name;
  std::function<void(socketio::FoundSessionPtr)> done;
  EntryId last;  // that was looked at
  socketio::FoundSessionPtr found = {};
  std::size_t bytes = 0;  // of what was missed
};

void Sessions::keep(std::string_view nsp, const SharedSession& session) {
  streams_.keep(key_prefix_ + session.session, write_session(nsp, session),
                settings_.disconnection_max);
}

void Sessions::find(std::string_view nsp, std::string_view session, std::string_view offset,
                    std::function<void(socketio::FoundSessionPtr)> done) {
  const auto last = parse_entry_id(offset);
  if (!last || session.empty() || session.size() > session_characters_max) {
    done(nullptr);
    return;
  }
  const auto search = std::make_shared<Search>(Search{.nsp = std::string(nsp),
                                                      .name = std::string(session),
                                                      .done = std::move(done),
                                                      .last = *last});
  streams_.take(key_prefix_ + search->name, [search](const std::optional<std::string>& stored) {
    if (!stored) return;
    auto read = read_session(search->nsp, *stored);
    if (read && read->session == search->name) {
      search->found =
          std::make_shared<FoundSession>(FoundSession{.session = std::move(*read), .missed = {}});
    } else {
      log::debug("a stored session cannot be read", {{"bytes", stored->size()}});
    }
  });
  streams_.range(*last, *last, 1, [this, search](const Result<std::vector<StreamEntry>>& there) {
    if (search->found != nullptr && there && !there->empty()) {
      read_on(search);
    } else {
      search->done(nullptr);
    }
  });
}

void Sessions::read_on(const std::shared_ptr<Search>& search) {
  streams_.range(behind(search->last), last_possible, entries_at_once,
                 [this, search](const Result<std::vector<StreamEntry>>& entries) {
                   if (!entries) {
                     search->done(nullptr);
                     return;
                   }
                   for (const StreamEntry& entry : *entries) {
                     search->last = entry.id;
                     if (add(*search, entry)) continue;
                     search->done(nullptr);
                     return;
                   }
                   if (entries->size() == entries_at_once) {
                     read_on(search);
                     return;
                   }
                   const auto place = place_of(search->last);
                   search->found->seen = place ? place->number + 1 : 0;
                   search->done(search->found);
                 });
}

// False when it is too much.
bool Sessions::add(Search& search, const StreamEntry& entry) const {
  if (field(entry.fields, "nsp") != search.nsp || field(entry.fields, "type") != "3") return true;
  auto message = StreamsDialect::read_entry(entry.fields);
  if (!message || message->kind != MessageKind::broadcast) return true;
  if (message->delivery != socketio::Delivery::reliable) return true;
  if (!meant_for(message->who, search.found->session)) return true;
  search.bytes += field(entry.fields, "data").size();
  search.found->missed.push_back({.name = std::move(message->event),
                                  .arguments = std::move(message->arguments),
                                  .offset = to_text(entry.id)});
  return search.found->missed.size() <= settings_.packets_max &&
         search.bytes <= settings_.bytes_max;
}

std::string write_session(std::string_view nsp, const SharedSession& session) {
  json::Array rooms = wire::texts(session.rooms);
  rooms.insert(rooms.begin(), json::Value(session.id.text()));
  const json::Object stored{
      {"sid", session.id.text()},
      {"pid", session.session},
      {"rooms", std::move(rooms)},
      {"data", session.data.is_null() ? json::Value(json::Object()) : session.data},
      {"nsp", nsp}};
  return base64_encode(socketio::msgpack::write(stored, {}));
}

std::optional<SharedSession> read_session(std::string_view nsp, std::string_view stored) {
  if (stored.size() > message_bytes_max) return std::nullopt;
  const auto bytes = base64_decode(stored);
  if (!bytes || bytes->starts_with('{')) return std::nullopt;
  auto content = wire::read(*bytes);
  if (!content || !content->value.is_object()) return std::nullopt;
  json::Object& fields = content->value.get_object();
  SharedSession session{.id = socketio::SocketId(wire::text(fields, "sid")),
                        .session = wire::text(fields, "pid"),
                        .rooms = {},
                        .data = {}};
  if (session.id.empty() || session.session.empty()) return std::nullopt;
  if (wire::find(fields, "nsp") != nullptr && wire::text(fields, "nsp") != nsp) return std::nullopt;
  if (!wire::read_texts(fields, "rooms", session.rooms)) return std::nullopt;
  std::erase(session.rooms, session.id.text());
  if (json::Value* data = fields.if_contains("data")) {
    session.data = wire::with_buffers(std::move(*data), content->attachments);
  }
  return session;
}

std::optional<socketio::Offset> place_of(const EntryId& id) noexcept {
  constexpr unsigned number_bits = 22;  // four million in one millisecond
  constexpr unsigned ms_bits = 42;      // until the year 2109
  if (id.number >> number_bits != 0 || id.ms >> ms_bits != 0) return std::nullopt;
  return socketio::Offset{.shard = 0, .number = id.ms << number_bits | id.number};
}

}  // namespace quickclinic::cluster
