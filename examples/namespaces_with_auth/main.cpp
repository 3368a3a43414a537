// Two namespaces over one connection: everybody may read the board, and only who has a token may
// write on it, through /admin.
#include <cstdint>
#include <mutex>
#include <quickclinic/socketio.hpp>
#include <string>
#include <vector>

namespace {

using namespace quickclinic;
using socketio::Event;
using socketio::Socket;

// Shared by all threads, hence the lock. Nothing waits while it is held.
class Board {
 public:
  void add(std::string note) {
    const std::scoped_lock lock(mutex_);
    notes_.push_back(std::move(note));
  }
  json::Value notes() const {
    const std::scoped_lock lock(mutex_);
    return json::Array(notes_.begin(), notes_.end());
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> notes_;
};

// A real server checks a signature here. Never compare secrets with == where time can be measured.
bool may_write(const json::Value& auth) {
  const json::Value* token = auth.is_object() ? auth.get_object().if_contains("token") : nullptr;
  return token != nullptr && *token == "open sesame";
}

void set_up(transport::Shard& shard, Board& board) {
  socketio::Namespace& everybody = shard.io().of("/");
  everybody.on_connection(
      [&board](Socket& socket) { socket.emit("notes", {json::Array{board.notes()}, {}}); });

  socketio::Namespace& admin = shard.io().of("/admin");
  // Asked before a client joins; it may decide later, when a database has answered.
  admin.use([](const socketio::SocketPtr& socket, const socketio::Namespace::Decision& decide) {
    if (may_write(socket->handshake()->auth)) return decide(std::nullopt);
    decide(socketio::ConnectRefusal{"Not authorized", json::Object{{"code", "bad_token"}}});
  });
  admin.on("write", [&board, &everybody](Socket&, Event& event) {
    const json::Value& note = event.argument(0);
    if (!note.is_string()) return event.ack.send_text(R"([{"ok":false}])");
    board.add(std::string(json::view(note.get_string())));
    everybody.everybody().emit("note", {json::Array{note}, {}});
    event.ack.send_text(R"([{"ok":true}])");
  });
}

}  // namespace

int main(int argc, char** argv) {
  transport::Options options;
  options.endpoint.host = "127.0.0.1";
  options.endpoint.port = static_cast<std::uint16_t>(argc > 1 ? std::stoi(argv[1]) : 3000);
  options.shards = 2;
  Board board;
  return transport::run(options, [&board](transport::Shard& shard) { set_up(shard, board); });
}
