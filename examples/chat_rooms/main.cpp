// Chat rooms: whoever has said a name joins rooms, and hears what is said there.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <quickclinic/socketio.hpp>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace quickclinic;
using socketio::make_arguments;
using socketio::Socket;

// What we keep in each socket.
struct Member {
  std::string name;
};

std::string text(const json::Value& value) {
  return value.is_string() ? std::string(json::view(value.get_string())) : std::string();
}

// What a client is answered: `{ ok: true }`, or `{ ok: false, error: 'Which room?' }`.
struct Reply {
  bool ok = true;
  std::optional<std::string> error;
};
BOOST_DESCRIBE_STRUCT(Reply, (), (ok, error))

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

  chat.on("join", [](Socket& socket, const std::string& room) {
    if (room.empty()) return Reply{false, "Which room?"};
    socket.join(room);
    // To the others in the room, on whichever thread their connections are.
    socket.to(room).emit("joined", make_arguments(room, socket.data_as<Member>()->name));
    return Reply();
  });

  chat.on("say", [](Socket& socket, const std::string& room, const json::Value& what) {
    const std::vector<std::string> mine = socket.rooms();
    if (std::ranges::find(mine, room) == mine.end())
      return Reply{false, "You are not in that room"};
    // To everybody in the room, ourselves included.
    socket.nsp().to(room).emit("said", make_arguments(room, socket.data_as<Member>()->name, what));
    return Reply();
  });

  chat.on_disconnect([](Socket& socket, std::string_view) {
    const std::string& name = socket.data_as<Member>()->name;
    for (const std::string& room : socket.rooms()) {
      socket.to(room).emit("left", make_arguments(room, name));
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
