// What can be waited for, as tasks: the one file of this folder that brings in Asio's machinery.
#include "base/completion.hpp"
#include "socketio/broadcaster.hpp"
#include "socketio/namespace.hpp"
#include "socketio/remote_socket.hpp"
#include "socketio/socket.hpp"

#include <utility>

namespace quickclinic::socketio {

Task<Arguments> Socket::ask(std::string name, Arguments arguments,
                            std::chrono::milliseconds timeout) {
  return completion<Arguments>([self = shared_from_this(), name = std::move(name),
                                arguments = std::move(arguments), timeout](AckHandler handler) {
    self->emit_with_ack(name, arguments, timeout, std::move(handler));
  });
}

Task<Arguments> RemoteSocket::ask(std::string name, Arguments arguments,
                                  std::chrono::milliseconds timeout) const {
  return completion<Arguments>([self = *this, name = std::move(name),
                                arguments = std::move(arguments), timeout](AckHandler handler) {
    self.emit_with_ack(name, arguments, timeout, std::move(handler));
  });
}

Task<Answers> Broadcaster::ask(std::string name, Arguments arguments,
                               std::chrono::milliseconds timeout) && {
  return completion<Answers>([whom = std::move(*this), nsp = nsp_->shared_from_this(),
                              name = std::move(name), arguments = std::move(arguments),
                              timeout](std::function<void(Result<Answers>)> handler) {
    Broadcaster(whom).emit_with_ack(name, arguments, timeout, std::move(handler));
  });
}

Task<std::vector<RemoteSocket>> Broadcaster::fetch_sockets() && {
  return completion<std::vector<RemoteSocket>>(
      [whom = std::move(*this), nsp = nsp_->shared_from_this()](
          std::function<void(Result<std::vector<RemoteSocket>>)> handler) {
        Broadcaster(whom).fetch_sockets(std::move(handler));
      });
}

Task<ServerAnswers> Namespace::server_side_ask(std::string name, Arguments arguments) {
  return completion<ServerAnswers>(
      [self = shared_from_this(), name = std::move(name),
       arguments = std::move(arguments)](ServerAnswersHandler handler) {
        self->server_side_emit(name, arguments, std::move(handler));
      });
}

}  // namespace quickclinic::socketio
