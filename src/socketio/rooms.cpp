#include "socketio/rooms.hpp"

#include "socketio/socket.hpp"

#include <algorithm>

namespace quickclinic::socketio {
namespace {

std::vector<Rooms::Place>::iterator place_in(std::vector<Rooms::Place>& places,
                                             const Rooms::Room& room) {
  return std::ranges::find(places, &room, &Rooms::Place::room);
}

}  // namespace

Rooms::Except::Except(const Rooms& rooms, std::span<const std::string> names) : names_(names) {
  for (const std::string& name : names) {
    if (const Room* room = rooms.find(name)) rooms_.push_back(room);
  }
}

bool Rooms::Except::holds(const Socket& socket) const {
  const auto in = [&](const Room* room) {
    return std::ranges::find(socket.places_, room, &Place::room) != socket.places_.end();
  };
  return std::ranges::find(names_, socket.id().text()) != names_.end() ||
         std::ranges::any_of(rooms_, in);
}

bool Rooms::join(Socket& socket, std::string_view name, bool& first) {
  first = false;
  auto found = rooms_.find(name);
  if (found == rooms_.end()) {
    found = rooms_.emplace(std::string(name), Room{std::string(name), {}}).first;
    first = true;
  }
  Room& room = found->second;
  std::vector<Place>& places = socket.places_;
  if (!first && place_in(places, room) != places.end()) return false;
  try {
    places.push_back({&room, room.members.size()});
    room.members.push_back(&socket);
  } catch (...) {
    // In both lists or in none, and no room without a member.
    if (!places.empty() && places.back().room == &room) places.pop_back();
    if (first) rooms_.erase(found);
    throw;
  }
  return true;
}

bool Rooms::leave(Socket& socket, std::string_view name, bool& last) {
  last = false;
  const auto found = rooms_.find(name);
  if (found == rooms_.end()) return false;
  std::vector<Place>& places = socket.places_;
  const auto place = place_in(places, found->second);
  if (place == places.end()) return false;
  remove_at(places, static_cast<std::size_t>(place - places.begin()), last);
  if (last) rooms_.erase(found);
  return true;
}

std::vector<std::string> Rooms::leave_all(Socket& socket) {
  std::vector<std::string> gone;
  try {
    gone.reserve(socket.places_.size());
  } catch (...) {
    gone.clear();  // without memory for the names the socket still leaves: it is about to be
                   // destroyed
  }
  while (!socket.places_.empty()) {
    Room& room = *socket.places_.back().room;
    bool last = false;
    remove_at(socket.places_, socket.places_.size() - 1, last);
    if (!last) continue;
    const auto empty = rooms_.find(room.name);
    if (gone.size() < gone.capacity()) gone.push_back(std::move(room.name));
    rooms_.erase(empty);
  }
  return gone;
}

void Rooms::remove_at(std::vector<Place>& places, std::size_t position, bool& last) {
  const Place place = places[position];
  places[position] = places.back();
  places.pop_back();
  std::vector<Socket*>& members = place.room->members;
  // The last member moves into the gap and is told where it is now.
  Socket* const moved = members.back();
  members[place.index] = moved;
  members.pop_back();
  if (place.index < members.size()) place_in(moved->places_, *place.room)->index = place.index;
  last = members.empty();
}

const Rooms::Room* Rooms::find(std::string_view room) const {
  const auto found = rooms_.find(room);
  return found == rooms_.end() ? nullptr : &found->second;
}

std::vector<std::string> Rooms::names() const {
  std::vector<std::string> names;
  for (const auto& [name, room] : rooms_) names.push_back(name);
  return names;
}

}  // namespace quickclinic::socketio
