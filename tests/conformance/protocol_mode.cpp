#include "tests/conformance/protocol_mode.hpp"

#include "tests/conformance/echo_application.hpp"

#include <chrono>
#include <memory>

namespace quickclinic::conformance {

using socketio::Arguments;
using socketio::Event;
using socketio::Socket;
using std::chrono::milliseconds;

transport::Options protocol_options() {
  transport::Options options;
  options.engine.ping_interval = milliseconds(300);
  options.engine.ping_timeout = milliseconds(200);
  options.socket.connect_timeout = milliseconds(1000);
  options.origin = [](const transport::HttpRequest&) {
    return transport::OriginVerdict{.refused = false, .allow_origin = "*"};
  };
  options.engines.push_back(
      {.options = {.path = "/engine.io/", .engine = options.engine},
       .application = [](transport::Shard&, engineio::Session& session,
                         const std::shared_ptr<const socketio::SessionInfo>&) {
         return std::make_unique<EchoApplication>(session);
       }});
  return options;
}

void set_up_protocol(transport::Shard& shard) {
  for (const char* name : {"/", "/custom"}) {
    socketio::Namespace& nsp = shard.io().of(name);
    nsp.on_connection([](Socket& socket) {
      socket.emit("auth", Arguments{json::Array{socket.handshake()->auth}, {}});
    });
    nsp.on("message", [](Socket& socket, Event& event) {
      socket.emit("message-back", Arguments{event.arguments, event.attachments});
    });
    nsp.on("message-with-ack", [](Socket&, Event& event) {
      event.ack.send(Arguments{event.arguments, event.attachments});
    });
  }
}

}  // namespace quickclinic::conformance
