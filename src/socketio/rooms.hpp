#pragma once

#include "base/string_hash.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::socketio {

class Socket;

/// The rooms of one namespace on one shard: which socket is in which. Joining, leaving and finding
/// a room cost the same however many members it has. A room exists while it has a member. Not
/// thread-safe.
class Rooms {
 public:
  struct Room;
  /// A socket's place in a room; kept in the socket, so that leaving needs no search.
  struct Place {
    Room* room = nullptr;
    std::size_t index = 0;  ///< in the room's members
  };
  struct Room {
    std::string name;
    std::vector<Socket*> members;
  };

  /// Whom a broadcast passes over: sockets in any of some rooms, or with such an id. Looks each
  /// room up once, not for every socket; good as long as the names stay and no room comes or goes.
  class Except {
   public:
    Except(const Rooms& rooms, std::span<const std::string> names);
    bool holds(const Socket& socket) const;

   private:
    std::span<const std::string> names_;
    std::vector<const Room*> rooms_;
  };

  /// True when the socket was not in the room before; `first` tells whether the room came into
  /// being.
  bool join(Socket& socket, std::string_view room, bool& first);
  /// True when the socket was in the room; `last` tells whether the room ceased to be.
  bool leave(Socket& socket, std::string_view room, bool& last);
  /// The names of the rooms that ceased to be.
  std::vector<std::string> leave_all(Socket& socket);

  /// Null when nobody is in it.
  const Room* find(std::string_view room) const;
  std::vector<std::string> names() const;
  std::size_t size() const noexcept { return rooms_.size(); }

 private:
  void remove_at(std::vector<Place>& places, std::size_t position, bool& last);

  StringMap<Room> rooms_;
};

}  // namespace quickclinic::socketio
