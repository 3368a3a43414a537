#include "tests/integration/echo_server.hpp"

#include "engineio/handshake.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

namespace quickclinic::testing {
namespace {

using socketio::Arguments;
using socketio::Event;
using socketio::Socket;

constexpr std::chrono::seconds patience{20};

transport::Options options_with(unsigned shards, const EchoServer::Adjust& adjust) {
  transport::Options options;
  options.endpoint = {.host = "127.0.0.1", .port = 0};
  options.shards = shards;
  if (adjust) adjust(options);
  return options;
}

std::string text_at(const Event& event, std::size_t index) {
  const json::String* text = event.argument(index).if_string();
  return text == nullptr ? std::string() : std::string(json::view(*text));
}

}  // namespace

EchoServer::EchoServer(unsigned shards, const Adjust& adjust)
    : server_(options_with(shards, adjust)) {
  const auto port = server_.start([this](transport::Shard& shard) { set_up(shard); });
  if (!port) throw std::runtime_error(port.error().describe());
  port_ = *port;
}

void EchoServer::set_up(transport::Shard& shard) {
  socketio::Namespace& root = shard.io().of("/");
  root.on_disconnect([this](Socket&, std::string_view reason) {
    const std::lock_guard lock(mutex_);
    departures_.emplace_back(reason);
    departed_.notify_all();
  });
  root.on("echo", [](Socket& socket, Event& event) {
    socket.emit("echo", Arguments{event.arguments, event.attachments});
  });
  root.on("ask", [](Socket&, Event& event) {
    event.ack.send(Arguments{event.arguments, event.attachments});
  });
  root.on("flaw", [](Socket&, Event& event) {
    event.ack.send_text("[" + std::to_string(static_cast<int>(event.flaw)) + "]");
  });
  set_up_rooms(shard, root);
  shard.set_http_handler(
      [&shard](const transport::Visit& visit, const transport::Responder& respond) {
        const bool large = visit.request.path == "/large";
        transport::HttpResponse response{
            .status = 200,
            .headers = {},
            .body = large ? std::string(5000, 'a') : std::to_string(shard.index())};
        shard.compress(visit.request, response);
        respond(response);
      });
}

void EchoServer::set_up_rooms(transport::Shard& shard, socketio::Namespace& root) {
  root.on("join", [](Socket& socket, Event& event) {
    socket.join(text_at(event, 0));
    event.ack.send_text("[]");
  });
  root.on("leave", [](Socket& socket, Event& event) {
    socket.leave(text_at(event, 0));
    event.ack.send_text("[]");
  });
  root.on("tell", [&root](Socket&, Event& event) {
    const std::string room = text_at(event, 0);
    event.arguments.erase(event.arguments.begin());
    root.to(room).emit("told", Arguments{event.arguments, {}});
    event.ack.send_text("[]");
  });
  root.on("shout", [&root](Socket&, Event& event) {
    root.everybody().emit("shouted", Arguments{event.arguments, event.attachments});
    event.ack.send_text("[]");
  });
  root.on("number", [this, &shard](Socket&, Event&) {
    shard.sibling(0).post([this, &first = shard.sibling(0)] {
      first.io().of("/").everybody().emit_text("numbered", std::to_string(numbers_++));
    });
  });
}

std::string EchoServer::departure() {
  std::unique_lock lock(mutex_);
  if (!departed_.wait_for(lock, patience, [this] { return !departures_.empty(); })) {
    throw std::runtime_error("nobody departs");
  }
  std::string reason = std::move(departures_.front());
  departures_.pop_front();
  return reason;
}

bool EchoServer::comes_to_have_sessions(std::size_t count) {
  HttpClient client(port_);
  const TimePoint limit = Clock::now() + patience;
  while (session_count() != count) {
    if (Clock::now() > limit) return false;
    if (client.request("GET", "/shard").status != 200) return false;
  }
  return true;
}

HttpClient EchoServer::connection_away_from(std::string_view sid) const {
  const std::string owner = std::to_string(*engineio::shard_of(sid));
  while (true) {
    HttpClient client(port_);
    if (client.request("GET", "/shard").body != owner) return client;
  }
}

}  // namespace quickclinic::testing
