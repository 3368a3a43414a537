// Our Socket.IO library with the handlers that the benchmark's peers have: the least that a program
// on it can be.
#include "transport/run.hpp"

#include <CLI/CLI.hpp>

#include <utility>

namespace {

using namespace quickclinic;

// The event's own, moved: nothing is copied only to be written.
socketio::Arguments arguments_of(socketio::Event& event) {
  return {std::move(event.arguments), std::move(event.attachments)};
}

void set_up(transport::Shard& shard) {
  socketio::Namespace& root = shard.io().of("/");
  root.on_connection([](socketio::Socket& socket) {
    if (const auto room = socket.handshake()->session->query_value("room")) socket.join(*room);
  });
  root.on("echo", [](socketio::Socket& socket, socketio::Event& event) {
    socket.emit("echo", arguments_of(event));
  });
  root.on("ack",
          [](socketio::Socket&, socketio::Event& event) { event.ack.send(arguments_of(event)); });
  root.on("room", [&root](socketio::Socket& socket, socketio::Event& event) {
    const std::vector<std::string> rooms = socket.rooms();
    if (rooms.size() > 1) {
      root.to(rooms[1]).emit("room", arguments_of(event));
    }
  });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("An echo server on the QuickClinic Socket.IO library");
  transport::Options options;
  options.endpoint.host = "127.0.0.1";
  options.socket.keep_handshake = false;
  app.add_option("--port", options.endpoint.port, "0: any free port");
  app.add_option("--shards", options.shards, "threads")->check(CLI::Range(1, 64));
  CLI11_PARSE(app, argc, argv);

  return transport::run(std::move(options), set_up);
}
