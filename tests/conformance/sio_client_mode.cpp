#include "tests/conformance/sio_client_mode.hpp"

#include "base/clock.hpp"
#include "tests/conformance/only.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace quickclinic::conformance {
namespace {

using socketio::Arguments;
using socketio::ConnectRefusal;
using socketio::Event;
using socketio::Namespace;
using socketio::Socket;
using socketio::SocketPtr;
using std::chrono::milliseconds;

// What asks for an answer that is not given keeps it open for so long.
constexpr milliseconds answer_time{10'000};

Arguments bytes(std::string attachment) {
  return Arguments{json::Array{json::Object{{"_placeholder", true}, {"num", 0}}},
                   {std::move(attachment)}};
}

void tell_id(Socket& socket, Event& event) { event.ack.send(only(socket.id().text())); }

void ask_for_an_answer(Socket& socket, Event&) {
  socket.emit_with_ack("ack", {}, answer_time,
                       [asker = socket.shared_from_this()](const Result<Arguments>& answer) {
                         const json::Array wanted{5, json::Object{{"test", true}}};
                         if (answer && answer->values == wanted) asker->emit("got it", {});
                       });
}

void send_texts(Socket& socket, Event&) {
  for (const char* text :
       {"てすと", "Я Б Г Д Ж Й", "Ä ä Ü ü ß", "utf8 — string", "utf8 — string"}) {
    socket.emit("takeUtf8", only(text));
  }
}

void take_mixed(Socket& socket, Event& event) {
  const json::Value expected =
      json::Object{{"hello", "lol"}, {"message", bytes("").values.front()}, {"goodbye", "gotcha"}};
  if (event.argument(0) == expected && event.attachments.size() == 1) {
    socket.emit("jsonbuff-ack", {});
  }
}

void add_simple_events(Namespace& nsp) {
  nsp.on("hi", [](Socket& socket, Event&) { socket.emit("hi", {}); });
  nsp.on("false", [](Socket& socket, Event&) { socket.emit("false", only(false)); });
  nsp.on("echo", [](Socket&, Event& event) {
    event.ack.send(Arguments{event.arguments, event.attachments});
  });
  nsp.on("ack", ask_for_an_answer);
  nsp.on("getUtf8", send_texts);
  nsp.on("getId", tell_id);
  nsp.on("getHandshake",
         [](Socket& socket, Event& event) { event.ack.send(only(to_json(*socket.handshake()))); });
}

void add_dates(Namespace& nsp) {
  nsp.on("getAckDate", [](Socket&, Event& event) { event.ack.send(only(iso8601(wall_now()))); });
  nsp.on("getDate",
         [](Socket& socket, Event&) { socket.emit("takeDate", only(iso8601(wall_now()))); });
  nsp.on("getDateObj", [](Socket& socket, Event&) {
    socket.emit("takeDateObj", only(json::Object{{"date", iso8601(wall_now())}}));
  });
}

void add_binary_events(Namespace& nsp) {
  nsp.on("doge", [](Socket& socket, Event&) { socket.emit("doge", bytes("asdfasdf")); });
  nsp.on("getbin", [](Socket& socket, Event&) { socket.emit("takebin", bytes("asdfasdf")); });
  nsp.on("buffa", [](Socket& socket, Event& event) {
    if (event.attachments.size() == 1) socket.emit("buffack", {});
  });
  nsp.on("jsonbuff", take_mixed);
  // The answer shows that the bytes did not overtake, or fall behind, the text that followed them.
  struct BytesCame {};
  nsp.on("abuff1", [](Socket& socket, Event& event) {
    if (event.attachments.size() == 1) socket.data() = BytesCame();
  });
  nsp.on("abuff2", [](Socket& socket, Event&) {
    if (socket.data_as<BytesCame>() != nullptr) socket.emit("abuff2-ack", {});
  });
}

}  // namespace

transport::Options sio_client_options() {
  transport::Options options;
  options.engine.ping_interval = milliseconds(2000);
  options.socket.recovery.disconnection_max = std::chrono::minutes(2);
  // Late enough for a client's timeout of 0 ms to come first.
  options.hooks.allow_request = [](const transport::HttpRequest&, const transport::PeerAddress&,
                                   const transport::Admittance& admittance) {
    admittance.shard().io().after(milliseconds(10), [admittance] { admittance.allow(); });
  };
  return options;
}

void set_up_sio_client(transport::Shard& shard) {
  socketio::Server& io = shard.io();
  Namespace& main = io.of("/");
  main.use([](const SocketPtr& socket, const Namespace::Decision& decide) {
    if (socket->handshake()->session->query_value("fail").value_or("").empty()) {
      return decide(std::nullopt);
    }
    decide(ConnectRefusal{"Auth failed (main namespace)", nullptr});
  });
  add_simple_events(main);
  add_dates(main);
  add_binary_events(main);

  io.of("/no").use([](const SocketPtr&, const Namespace::Decision& decide) {
    decide(ConnectRefusal{"Auth failed (custom namespace)", nullptr});
  });
  io.of("/foo").on("getId", tell_id);
  io.of("/abc").on_connection(
      [](Socket& socket) { socket.emit("handshake", only(to_json(*socket.handshake()))); });
  for (const char* name : {"/asd", "/valid", "/timeout_socket"}) io.of(name);
}

}  // namespace quickclinic::conformance
