#include "socketio/remote_socket.hpp"

#include "socketio/error.hpp"
#include "socketio/namespace.hpp"

#include <utility>

namespace quickclinic::socketio {

void RemoteSocket::emit(std::string_view name, const Arguments& arguments) const {
  nsp_->to(id().text()).emit(name, arguments);
}

void RemoteSocket::emit_with_ack(std::string_view name, const Arguments& arguments,
                                 std::chrono::milliseconds timeout, AckHandler handler) const {
  const auto answer = [handler = std::move(handler)](Answers answers) {
    if (answers.answers.empty()) {
      handler(fail(SocketError::ack_timeout));
    } else {
      handler(std::move(answers.answers.front()));
    }
  };
  nsp_->to(id().text()).emit_with_ack(name, arguments, timeout, answer);
}

void RemoteSocket::join(const std::vector<std::string>& rooms) const {
  nsp_->to(id().text()).join(rooms);
}

void RemoteSocket::leave(const std::vector<std::string>& rooms) const {
  nsp_->to(id().text()).leave(rooms);
}

void RemoteSocket::disconnect(bool close_client) const {
  nsp_->to(id().text()).disconnect(close_client);
}

}  // namespace quickclinic::socketio
