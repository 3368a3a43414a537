#include "socketio/socket_id.hpp"

#include "base/random.hpp"

namespace quickclinic::socketio {

SocketId new_socket_id() {
  constexpr std::size_t characters = 20;
  return SocketId(random_token(characters));
}

}  // namespace quickclinic::socketio
