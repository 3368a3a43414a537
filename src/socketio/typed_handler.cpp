#include "socketio/typed_handler.hpp"

#include "socketio/namespace.hpp"
#include "socketio/server.hpp"
#include "socketio/shielded.hpp"
#include "socketio/socket.hpp"

namespace quickclinic::socketio::detail {

void fail_event(Socket& socket, std::string_view event, const Error& error, Ack& ack) {
  socket.nsp().fail_event(socket, event, error, ack);
}

void fail_event(Socket& socket, std::string_view event, const std::exception_ptr& thrown,
                Ack& ack) {
  shielded(socket.nsp().name(), event, [&] { std::rethrow_exception(thrown); });  // logs it
  fail_event(socket, event, fail(Condition::internal).error(), ack);
}

bool check_whole(Socket& socket, Event& event) {
  if (event.flaw != Flaw::oversized) return true;
  fail_event(socket, event.name, fail(Condition::too_large, "the event is too large").error(),
             event.ack);
  return false;
}

Arguments take_arguments(Event& event) {
  // The values may live in memory that ends with the packet; and others may listen to the event
  // too.
  return {json::Array(event.arguments, json::Storage()), event.attachments};
}

void answer_nothing(Ack& ack) { ack.send_text("[]"); }

std::shared_ptr<Socket> keep(Socket& socket) { return socket.shared_from_this(); }

asio::any_io_executor executor_of(Socket& socket) { return socket.nsp().server().executor(); }

}  // namespace quickclinic::socketio::detail
