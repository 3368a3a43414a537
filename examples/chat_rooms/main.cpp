// Chat rooms: whoever has said a name joins rooms, and hears what is said there.
#include <cstdint>
#include <quickclinic/socketio.hpp>
#include <string>
#include <thread>

namespace {

using namespace quickclinic;
using socketio::Arguments;
using socketio::Event;
using socketio::Socket;

// What we keep in each socket.
struct Member {
  std::string name;
};

std::string text(const json::Value& value) {
  return value.is_string() ? std::string(json::view(value.get_string())) : std::string();
}

Arguments refusal(std::string_view why) {
  return {json::Array{json::Object{{"ok", false}, {"error", why}}}, {}};
}

const Arguments done{json::Array{json::Object{{"ok", true}}}, {}};

void set_up(transport::Shard& shard) {
  socketio::Namespace& chat = shard.io().of("/");

  // The name comes with the connection: io(url, { auth: { name: 'Ada' } }).
  chat.use([](const socketio::SocketPtr& socket, const socketio::Namespace::Decision& decide) {
    const json::Value& auth = socket->handshake()->auth;
    const json::Value* name = auth.is_object() ? auth.get_object().if_contains("name") : nullptr;
    if (name == nullptr || text(*name).empty()) {
      decide(socketio::ConnectRefusal{"Say your name", nullptr});
      return;
    }
    socket->data() = Member{text(*name)};
    decide(std::nullopt);
  });

  chat.on("join", [](Socket& socket, Event& event) {
    const std::string room = text(event.argument(0));
    if (room.empty()) return event.ack.send(refusal("Which room?"));
    socket.join(room);
    // To the others in the room, on whichever thread their connections are.
    socket.to(room).emit("joined", {json::Array{room, socket.data_as<Member>()->name}, {}});
    event.ack.send(done);
  });

  chat.on("say", [](Socket& socket, Event& event) {
    const std::string room = text(event.argument(0));
    for (const std::string& mine : socket.rooms()) {
      if (mine != room) continue;
      const std::string& name = socket.data_as<Member>()->name;
      // To everybody in the room, ourselves included.
      socket.nsp().to(room).emit("said", {json::Array{room, name, event.argument(1)}, {}});
      return event.ack.send(done);
    }
    event.ack.send(refusal("You are not in that room"));
  });

  chat.on_disconnect([](Socket& socket, std::string_view) {
    const std::string& name = socket.data_as<Member>()->name;
    for (const std::string& room : socket.rooms()) {
      socket.to(room).emit("left", {json::Array{room, name}, {}});
    }
  });
}

}  // namespace

int main(int argc, char** argv) {
  transport::Options options;
  options.endpoint.host = "127.0.0.1";
  options.endpoint.port = static_cast<std::uint16_t>(argc > 1 ? std::stoi(argv[1]) : 3000);
  options.shards = std::thread::hardware_concurrency();
  return transport::run(options, set_up);
}
