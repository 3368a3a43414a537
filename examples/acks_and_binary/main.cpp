// Acknowledgements in both directions, and bytes: a client stores files here and gets them back.
#include <chrono>
#include <cstdint>
#include <map>
#include <quickclinic/socketio.hpp>
#include <string>

namespace {

using namespace quickclinic;
using namespace std::chrono_literals;
using socketio::Arguments;
using socketio::Event;
using socketio::Socket;

using Files = std::map<std::string, std::string, std::less<>>;

// Bytes travel beside the JSON, as attachments; in it stands which one belongs there.
Arguments with_bytes(std::string bytes) {
  return {json::Array{nullptr, json::Object{{"_placeholder", true}, {"num", 0}}},
          {std::move(bytes)}};
}

// As Node's callbacks have it: what went wrong, or null.
Arguments failure(std::string_view why) { return {json::Array{why}, {}}; }

// The server asks too, and waits for a second at most.
Task<> welcome(socketio::SocketPtr socket) {
  Result<Arguments> answer = co_await socket->ask("who", {}, 1s);
  const bool known = answer && !answer->values.empty();
  socket->emit("welcome", {json::Array{known ? answer->values[0] : "stranger"}, {}});
  co_return Result<>();
}

void set_up(transport::Shard& shard) {
  socketio::Namespace& root = shard.io().of("/");

  // socket.emit('store', name, bytes, (error, size) => …)
  root.on("store", [](Socket& socket, Event& event) {
    const json::Value& name = event.argument(0);
    if (!name.is_string() || event.attachments.size() != 1) {
      return event.ack.send(failure("a name and bytes, please"));
    }
    auto& files = *socket.data_as<Files>();
    std::string& file = files[std::string(json::view(name.get_string()))];
    file = std::move(event.attachments[0]);
    event.ack.send({json::Array{nullptr, file.size()}, {}});
  });

  // socket.emit('fetch', name, (error, bytes) => …)
  root.on("fetch", [](Socket& socket, Event& event) {
    const json::Value& name = event.argument(0);
    const auto& files = *socket.data_as<Files>();
    const auto file = name.is_string() ? files.find(json::view(name.get_string())) : files.end();
    if (file == files.end()) return event.ack.send(failure("no such file"));
    event.ack.send(with_bytes(file->second));
  });

  root.on_connection([&shard](Socket& socket) {
    socket.data() = Files();
    spawn(shard.executor(), welcome(socket.shared_from_this()), "welcome");
  });
}

}  // namespace

int main(int argc, char** argv) {
  transport::Options options;
  options.endpoint.host = "127.0.0.1";
  options.endpoint.port = static_cast<std::uint16_t>(argc > 1 ? std::stoi(argv[1]) : 3000);
  return transport::run(options, set_up);
}
