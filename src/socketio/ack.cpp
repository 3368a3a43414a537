#include "socketio/ack.hpp"

#include "socketio/namespace.hpp"
#include "socketio/parser.hpp"
#include "socketio/socket.hpp"

#include <utility>

namespace quickclinic::socketio {

void Ack::send(const Arguments& arguments) {
  if (!std::exchange(wanted_, false)) return;
  if (const SocketPtr socket = socket_.lock()) {
    socket->send(socket->parser().ack(socket->nsp().name(), id_, arguments), Delivery::reliable);
  }
}

void Ack::send_text(std::string_view arguments) {
  if (!std::exchange(wanted_, false)) return;
  if (const SocketPtr socket = socket_.lock()) {
    socket->send(socket->parser().ack_text(socket->nsp().name(), id_, arguments),
                 Delivery::reliable);
  }
}

}  // namespace quickclinic::socketio
