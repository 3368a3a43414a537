#include "server/live.hpp"

#include "server/events.hpp"
#include "server/rooms.hpp"
#include "server/wire_format.hpp"
#include "socketio/namespace.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <iterator>
#include <string>
#include <utility>

namespace quickclinic::server {

transport::Shard& Live::home_of(const transport::Shard& shard, const chat::RelationId& relation) {
  return shard.sibling(
      static_cast<unsigned>(std::hash<chat::RelationId>()(relation) % shard.count()));
}

Live::Stream& Live::stream_of(const chat::RelationId& relation, WallTime position) {
  const auto [found, made] = streams_.try_emplace(relation);
  if (made) found->second.shown = position;
  return found->second;
}

void Live::follow(chat::ConversationPtr conversation, WallTime position) {
  Stream& stream = stream_of(conversation->relation(), position);
  ++stream.followers;
  stream.people = std::move(conversation);
}

// What was shown stays known for a while: who comes next may have asked for the position before.
void Live::unfollow(const chat::RelationId& relation) {
  const auto found = streams_.find(relation);
  if (found != streams_.end() && found->second.followers > 0) --found->second.followers;
}

void Live::rename(chat::ConversationPtr conversation) {
  const auto found = streams_.find(conversation->relation());
  if (found != streams_.end()) found->second.people = std::move(conversation);
}

void Live::stored(const Shown& shown, std::optional<WallTime> previous) {
  const chat::Message& message = shown.message;
  if (previous) tell_instances(shown);
  Stream& stream = stream_of(message.relation, previous.value_or(message.created_at));
  // Somebody may watch it who does not follow it: it has begun since.
  if (stream.people == nullptr) stream.people = shown.people;
  if (message.created_at <= stream.shown) return;
  const bool next = previous && *previous <= stream.shown;
  if (next || stream.followers == 0) {
    stream.shown = message.created_at;
    show(shown);
    return;
  }
  if (stream.held.size() < held_max) stream.held.push_back({shown, previous.value_or(WallTime())});
  begin_filling(message.relation, stream);
}

// No text and no name: there is one place where the record of a treatment lies.
void Live::tell_instances(const Shown& shown) {
  if (!shard_.io().has_adapter()) return;
  const chat::Message& message = shown.message;
  socketio::Arguments arguments;
  arguments.values.emplace_back(message.relation.text());
  arguments.values.emplace_back(message.created_at.time_since_epoch().count());
  arguments.values.emplace_back(message.sender.text());
  arguments.values.emplace_back(shown.people->partner(message.sender).id.text());
  shard_.io().of("/").server_side_emit(stored_event, arguments);
}

void Live::hear_instances(Services& services, transport::Shard& shard) {
  shard.io().of("/").on_server_event(
      std::string(stored_event), [&](const socketio::Arguments& arguments, const auto&) {
        const json::Array& values = arguments.values;
        if (values.size() != 4 || !values[0].is_string() || !values[1].is_int64() ||
            !values[2].is_string() || !values[3].is_string()) {
          return;
        }
        const WallTime created_at{std::chrono::milliseconds(values[1].get_int64())};
        if (created_at > wall_now() + clocks_apart_max) return;
        chat::RelationId relation(json::view(values[0].get_string()));
        transport::Shard& home = home_of(shard, relation);
        home.post([&live = *services.live[home.index()], relation = std::move(relation), created_at,
                   sender = chat::UserId(json::view(values[2].get_string())),
                   other = chat::UserId(json::view(values[3].get_string()))] {
          live.heard_of_instance(relation, created_at, sender, other);
        });
      });
}

// Every instance hears of every message, and most are nobody's here.
void Live::heard_of_instance(const chat::RelationId& relation, WallTime created_at,
                             const chat::UserId& sender, const chat::UserId& other) {
  const auto found = streams_.find(relation);
  const bool followed = found != streams_.end() && found->second.followers > 0;
  if (!followed && !watched_.contains(sender) && !watched_.contains(other)) return;
  heard(relation, created_at);
}

void Live::heard(const chat::RelationId& relation, WallTime created_at) {
  const auto found = streams_.find(relation);
  if (found == streams_.end()) {
    if (watched_.empty()) return;
    Stream& stream = stream_of(relation, created_at - std::chrono::milliseconds(1));
    stream.heard = created_at;
    stream.filling = true;
    spawn(shard_.executor(), find_watched(relation), "live");
    return;
  }
  Stream& stream = found->second;
  stream.heard = std::max(stream.heard, created_at);
  if (created_at > stream.shown) begin_filling(relation, stream);
}

// The conversation may have begun after somebody asked for all of theirs.
Task<> Live::find_watched(chat::RelationId relation) {
  Result<chat::Membership> membership = co_await services_.directory.find_membership(relation);
  Stream& stream = streams_.at(relation);
  stream.filling = false;
  if (!membership) co_return std::unexpected(membership.error());
  const chat::UserId& doctor = membership->relation.doctor;
  if (!watched_.contains(doctor) && !watched_.contains(membership->relation.patient))
    co_return Result<>();
  Result<chat::Conversation> people = chat::Conversation::open(*membership, doctor);
  if (!people) co_return std::unexpected(people.error());
  if (stream.people == nullptr)
    stream.people = std::make_shared<const chat::Conversation>(std::move(*people));
  if (stream.heard > stream.shown) begin_filling(relation, stream);
  co_return Result<>();
}

void Live::begin_filling(const chat::RelationId& relation, Stream& stream) {
  if (std::exchange(stream.filling, true)) return;
  spawn(shard_.executor(), fill(relation), "live");
}

Task<> Live::fill(chat::RelationId relation) {
  unsigned in_vain = 0;
  while (true) {
    const WallTime shown = streams_.at(relation).shown;
    Result<std::vector<chat::Message>> newer =
        co_await services_.messages.newer_than(relation, shown, read_at_once);
    Stream& stream = streams_.at(relation);
    if (!newer) {
      // `catch_up` tries again.
      stream.filling = false;
      co_return std::unexpected(newer.error());
    }
    show_read(stream, *newer);
    show_held(stream);
    if (std::ssize(*newer) == read_at_once) continue;
    if (stream.held.empty() && stream.heard <= stream.shown) break;
    // What is held or was heard of was stored after the reading began, or behind something that is
    // still to be read; unless that was deleted.
    if (newer->empty() && ++in_vain == 3) {
      stream.shown = stream.held.empty() ? stream.heard : stream.held.front().previous;
    }
  }
  streams_.at(relation).filling = false;
  co_return Result<>();
}

void Live::show_read(Stream& stream, const std::vector<chat::Message>& messages) {
  for (const chat::Message& message : messages) {
    if (message.created_at <= stream.shown) continue;
    stream.shown = message.created_at;
    const auto held = std::ranges::find_if(
        stream.held, [&](const Held& each) { return each.shown.message.id == message.id; });
    if (held != stream.held.end()) {
      show(held->shown);
    } else if (stream.people != nullptr) {
      const chat::Member& author = stream.people->author(message.sender);
      show({message, stream.people, wire::new_message(message, author), {}});
    }
  }
}

// What follows upon what was shown; what was read already goes.
void Live::show_held(Stream& stream) {
  while (!stream.held.empty() && stream.held.front().previous <= stream.shown) {
    const Held held = std::move(stream.held.front());
    stream.held.pop_front();
    if (held.shown.message.created_at <= stream.shown) continue;
    stream.shown = held.shown.message.created_at;
    show(held.shown);
  }
}

// To those who are connected here: every other instance reads the message and shows it in its
// place.
void Live::show(const Shown& shown) {
  socketio::Namespace& root = shard_.io().of("/");
  const chat::Message& message = shown.message;
  const std::string room = relation_room(message.relation);
  if (shown.named.empty()) {
    root.to(room).local().emit_text(events::new_message, shown.told);
  } else {
    // The sender's name for the message is for the sender's own devices.
    const std::string seat = seat_room(message.relation, message.sender);
    root.to(room).except(seat).local().emit_text(events::new_message, shown.told);
    root.to(seat).local().emit_text(events::new_message, shown.named);
  }
  if (!watched_.empty()) show_watchers(shown);
}

void Live::show_watchers(const Shown& shown) {
  socketio::Namespace& root = shard_.io().of("/");
  const chat::RelationId& relation = shown.message.relation;
  const chat::UserId& sender = shown.message.sender;
  const std::string& named = shown.named.empty() ? shown.told : shown.named;
  if (watched_.contains(sender)) {
    root.to(conversations_room(sender))
        .local()
        .emit_text(events::conversation_message, wire::conversation_message(relation, named));
  }
  const chat::UserId& other = shown.people->partner(sender).id;
  if (watched_.contains(other)) {
    root.to(conversations_room(other))
        .local()
        .emit_text(events::conversation_message, wire::conversation_message(relation, shown.told));
  }
}

Task<> Live::catch_up() {
  forget_idle();
  std::vector<chat::RelationId> followed;
  for (const auto& [relation, stream] : streams_) {
    if (stream.followers > 0) followed.push_back(relation);
  }
  if (followed.empty()) co_return Result<>();
  Result<std::vector<chat::Position>> positions =
      co_await services_.messages.positions(std::move(followed));
  if (!positions) co_return std::unexpected(positions.error());
  for (const chat::Position& position : *positions) heard(position.relation, position.newest);
  co_return Result<>();
}

void Live::forget_idle() {
  for (auto each = streams_.begin(); each != streams_.end();) {
    Stream& stream = each->second;
    const bool busy = stream.followers > 0 || stream.filling;
    stream.idle_looks = busy ? 0 : stream.idle_looks + 1;
    each = stream.idle_looks > idle_looks_max ? streams_.erase(each) : std::next(each);
  }
}

}  // namespace quickclinic::server
