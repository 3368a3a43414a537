#include "server/presence.hpp"

#include "cluster/error.hpp"
#include "server/events.hpp"
#include "server/rooms.hpp"
#include "server/wire_format.hpp"
#include "socketio/namespace.hpp"
#include "socketio/remote_socket.hpp"

#include <functional>
#include <utility>
#include <vector>

namespace quickclinic::server {

Presence::Presence(transport::Shard& shard)
    : shard_(shard),
      timer_([](void* self, TimePoint now) { static_cast<Presence*>(self)->settle(now); }, this) {}

transport::Shard& Presence::home_of(const transport::Shard& shard, const chat::UserId& person) {
  return shard.sibling(static_cast<unsigned>(std::hash<chat::UserId>()(person) % shard.count()));
}

// Another process may have said that they went, while here they were still expected back.
bool Presence::wants_to_know(const Person& person) const {
  return person.watchers > 0 || shard_.io().has_adapter();
}

void Presence::came(const chat::UserId& person) {
  Person& known = people_[person];
  if (++known.connections > 1) return;
  const bool was_online = std::exchange(known.online, true);
  if (was_online && !shard_.io().has_adapter()) return;
  if (wants_to_know(known)) say(person, {.online = true, .last_seen = {}});
}

void Presence::went(const chat::UserId& person, WallTime at) {
  const auto found = people_.find(person);
  if (found == people_.end() || found->second.connections == 0) return;
  Person& known = found->second;
  if (--known.connections > 0) return;
  known.last_seen = at;
  known.leaves_at = shard_.now() + grace;
  leaving_.push_back({person, known.leaves_at});
  if (!timer_.armed()) shard_.timers().arm(timer_, known.leaves_at);
}

void Presence::settle(TimePoint now) {
  while (!leaving_.empty() && leaving_.front().leaves_at <= now) {
    Departure departure = std::move(leaving_.front());
    leaving_.pop_front();
    const auto found = people_.find(departure.person);
    if (found == people_.end()) continue;
    Person& known = found->second;
    if (known.connections > 0 || known.leaves_at != departure.leaves_at) continue;
    known.online = false;
    if (wants_to_know(known)) spawn(shard_.executor(), say_gone(departure.person), "presence");
    remember(std::move(departure));
  }
  if (!leaving_.empty()) shard_.timers().arm(timer_, leaving_.front().leaves_at);
}

void Presence::remember(Departure departure) {
  gone_.push_back(std::move(departure));
  if (gone_.size() <= remembered_max) return;
  const Departure oldest = std::move(gone_.front());
  gone_.pop_front();
  const auto found = people_.find(oldest.person);
  if (found == people_.end() || found->second.leaves_at != oldest.leaves_at) return;
  found->second.last_seen.reset();
  forget_if_idle(oldest.person);
}

void Presence::unwatch(const chat::UserId& person) {
  const auto found = people_.find(person);
  if (found == people_.end() || found->second.watchers == 0) return;
  --found->second.watchers;
  forget_if_idle(person);
}

void Presence::forget_if_idle(const chat::UserId& person) {
  const auto found = people_.find(person);
  const Person& known = found->second;
  if (known.watchers == 0 && !known.online && !known.last_seen) people_.erase(found);
}

Task<bool> Presence::is_elsewhere(chat::UserId person) {
  const Result<std::vector<socketio::RemoteSocket>> sockets =
      co_await shard_.io().of("/").to(user_room(person)).fetch_sockets();
  if (!sockets) co_return std::unexpected(sockets.error());
  co_return !sockets->empty();
}

// A process that does not answer is taken for one where they are not.
Task<PresenceState> Presence::look(chat::UserId person) {
  const auto found = people_.find(person);
  if (found != people_.end() && found->second.online) co_return PresenceState{.online = true};
  const Result<bool> elsewhere = co_await is_elsewhere(person);
  const auto now = people_.find(person);  // they may have come meanwhile
  const bool here = now != people_.end() && now->second.online;
  if (here || (elsewhere && *elsewhere)) co_return PresenceState{.online = true};
  co_return PresenceState{.online = false,
                          .last_seen = now == people_.end() ? std::nullopt : now->second.last_seen};
}

Task<> Presence::say_gone(chat::UserId person) {
  const Result<PresenceState> state = co_await look(person);
  if (state && !state->online) say(person, *state);
  co_return Result<>();
}

void Presence::look_again() {
  look_owed_ = true;
  if (!std::exchange(looking_, true)) spawn(shard_.executor(), look_at_those_watched(), "presence");
}

Task<> Presence::look_at_those_watched() {
  for (unsigned looks = 0; look_owed_ && looks < looks_max; ++looks) {
    look_owed_ = false;
    std::vector<chat::UserId> people;
    for (const auto& [person, known] : people_) {
      if (known.watchers > 0 && !known.online) people.push_back(person);
    }
    const Result<> looked = co_await look_at(people);
    // The process that was silent is still counted among those who have to answer. Whatever else
    // goes wrong is the way to the others, whose return is told of.
    if (!looked && looked.error().code == cluster::ClusterError::no_answer) look_owed_ = true;
  }
  looking_ = false;
  co_return Result<>();
}

// One after the other, so that it costs others little.
Task<> Presence::look_at(const std::vector<chat::UserId>& people) {
  for (const chat::UserId& person : people) {
    const Result<bool> elsewhere = co_await is_elsewhere(person);
    if (!elsewhere) co_return std::unexpected(elsewhere.error());
    const auto found = people_.find(person);
    if (found == people_.end() || found->second.watchers == 0 || found->second.online) continue;
    PresenceState state{.online = *elsewhere};
    if (!state.online) state.last_seen = found->second.last_seen;
    shard_.io()
        .of("/")
        .to(presence_room(person))
        .local()
        .emit_text(events::presence, wire::presence(person, state));
  }
  co_return Result<>();
}

void Presence::say(const chat::UserId& person, const PresenceState& state) {
  shard_.io()
      .of("/")
      .to(presence_room(person))
      .emit_text(events::presence, wire::presence(person, state));
}

}  // namespace quickclinic::server
