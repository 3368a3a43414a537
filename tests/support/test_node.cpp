#include "tests/support/test_node.hpp"

#include "tests/support/polling_client.hpp"

namespace quickclinic::testing {
namespace {

using socketio::Event;
using socketio::Socket;

transport::Options options_with(unsigned shards, socketio::AdapterFactory adapter) {
  transport::Options options;
  options.endpoint = {.host = "127.0.0.1", .port = 0};
  options.shards = shards;
  options.adapter = std::move(adapter);
  return options;
}

void set_up(socketio::Namespace& root) {
  root.on("join", [](Socket& socket, Event& event) {
    for (const json::Value& room : event.arguments) socket.join(json::view(room.as_string()));
    event.ack.send({});
  });
  root.on("leave", [](Socket& socket, Event& event) {
    socket.leave(json::view(event.argument(0).as_string()));
    event.ack.send({});
  });
}

}  // namespace

TestNode::TestNode(unsigned shards, socketio::AdapterFactory adapter)
    : server_(options_with(shards, std::move(adapter))) {
  const auto port = server_.start([](transport::Shard& shard) { set_up(shard.io().of("/")); });
  if (!port) throw std::runtime_error(port.error().describe());
  port_ = *port;
}

void TestNode::on(unsigned shard, std::function<void(Namespace&)> what) {
  std::promise<bool> done;
  server_.shard(shard).post([this, &done, &what, shard] {
    what(of(shard));
    done.set_value(true);
  });
  take(done);
}

std::string socket_id(const SocketIoClient& client) {
  return session_of(client.welcome().substr(1));
}

void answer_question(SocketIoClient& client, std::string_view name, std::string_view with) {
  const std::string packet = client.next();
  const std::size_t bracket = packet.find('[');
  const std::string begin = "[\"" + std::string(name) + "\"";
  if (bracket == std::string::npos || packet.compare(bracket, begin.size(), begin) != 0) {
    throw std::runtime_error("no question but " + packet);
  }
  client.websocket().send("43" + packet.substr(1, bracket - 1) + "[" + std::string(with) + "]");
}

}  // namespace quickclinic::testing
