// An echo server: what a client says comes back to it, as an event or as an acknowledgement.
#include <cstdint>
#include <quickclinic/socketio.hpp>
#include <string>
#include <utility>

namespace {

using namespace quickclinic;
using socketio::Arguments;
using socketio::Event;
using socketio::Socket;

// Called once for each thread ("shard") of the server, before clients come.
void set_up(transport::Shard& shard) {
  socketio::Namespace& root = shard.io().of("/");

  root.on_connection([](Socket& socket) {
    log::info("connected", {{"socket", socket.id().text()}, {"clients", socket.nsp().size()}});
  });

  root.on("echo", [](Socket& socket, Event& event) {
    const Arguments same{std::move(event.arguments), std::move(event.attachments)};
    if (event.ack.wanted()) {
      event.ack.send(same);
    } else {
      socket.emit("echo", same);
    }
  });

  root.on_disconnect([](Socket& socket, std::string_view reason) {
    log::info("disconnected", {{"socket", socket.id().text()}, {"reason", reason}});
  });
}

}  // namespace

int main(int argc, char** argv) {
  transport::Options options;
  options.endpoint.host = "127.0.0.1";
  options.endpoint.port = static_cast<std::uint16_t>(argc > 1 ? std::stoi(argv[1]) : 3000);
  return transport::run(options, set_up);
}
