// Acknowledgements in both directions, and bytes: a client stores files here and gets them back.
#include <chrono>
#include <cstdint>
#include <map>
#include <quickclinic/socketio.hpp>
#include <string>
#include <utility>

namespace {

using namespace quickclinic;
using namespace std::chrono_literals;
using socketio::Arguments;
using socketio::Bytes;
using socketio::make_arguments;
using socketio::Socket;

using Files = std::map<std::string, std::string, std::less<>>;

// The server asks too, and waits for a second at most.
Task<> welcome(socketio::SocketPtr socket) {
  Result<Arguments> answer = co_await socket->ask("who", {}, 1s);
  const bool known = answer && !answer->values.empty();
  socket->emit("welcome", {json::Array{known ? answer->values[0] : "stranger"}, {}});
  co_return Result<>();
}

void set_up(transport::Shard& shard) {
  socketio::Namespace& root = shard.io().of("/");

  // socket.emit('store', name, bytes, (error, size) => …). A client that sends something else is
  // told what does not fit.
  root.on("store", [](Socket& socket, const std::string& name, Bytes bytes) {
    std::string& file = (*socket.data_as<Files>())[name];
    file = std::move(bytes.data);
    return make_arguments(nullptr, file.size());
  });

  // socket.emit('fetch', name, (error, bytes) => …)
  root.on("fetch", [](Socket& socket, const std::string& name) {
    const auto& files = *socket.data_as<Files>();
    const auto file = files.find(name);
    if (file == files.end()) return make_arguments("no such file");
    return make_arguments(nullptr, Bytes{file->second});
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
