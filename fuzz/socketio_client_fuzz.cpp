// Whatever clients say, in whatever order and however late the middleware decides: they hear only
// well-formed packets, every socket that joined leaves once, every question has one answer, and
// nothing is left when all have gone.
//
// Lines of a script: `t…`, `b…` and `o…` as in the decoder's; `d` and `r` let in or refuse whoever
// waits longest in `/slow`; `a<n>` n milliseconds pass; `v` the client vanishes; `n` the next of
// the three clients speaks.
#include "base/utf8.hpp"
#include "fuzz/fuzz_target.hpp"
#include "fuzz/script.hpp"
#include "socketio/namespace.hpp"
#include "tests/support/wire_client.hpp"

#include <array>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace quickclinic::socketio;
using quickclinic::Result;
using quickclinic::fuzz::number;
using quickclinic::fuzz::require;
using quickclinic::fuzz::Script;
using quickclinic::testing::ManualShard;
using quickclinic::testing::WireClient;
namespace json = quickclinic::json;
using std::chrono::milliseconds;

Settings settings() {
  Settings chosen;
  chosen.connect_timeout = milliseconds(500);
  chosen.keep_handshake = false;
  chosen.limits = {.packet = {.attachments_max = 4, .namespace_bytes_max = 20, .ack_digits_max = 6},
                   .namespaces_max = 3,
                   .rooms_per_socket_max = 4,
                   .pending_acks_max = 3};
  return chosen;
}

/// An application that uses all of the library, and notes what must balance.
class Application {
 public:
  explicit Application(Server& server) : server_(server) {
    for (const char* name : {"/", "/chat", "/slow", "/no"}) install(server.of(name));
    server.of("/slow").use([this](SocketPtr socket, Namespace::Decision decide) {
      require(!socket->connected());
      waiting_.push_back(std::move(decide));
    });
    server.of("/no").use([](const SocketPtr&, const Namespace::Decision& decide) {
      decide(ConnectRefusal{"Unauthorized", {}});
      decide(std::nullopt);  // comes too late to count
    });
  }

  void decide(bool enter) {
    if (waiting_.empty()) return;
    const Namespace::Decision decide = std::move(waiting_.front());
    waiting_.pop_front();
    decide(enter ? std::nullopt
                 : std::optional(ConnectRefusal{"Not today", json::Object{{"code", 7}}}));
  }

  void check() const {
    std::size_t sockets = 0;
    for (const char* name : {"/", "/chat", "/slow", "/no"}) sockets += server_.find(name)->size();
    require(sockets == joined_.size());
    require(server_.find("/no")->size() == 0);
    require(answered_ <= asked_);
  }

  void check_end() {
    while (!waiting_.empty()) decide(true);  // for clients that have gone: nobody comes in
    require(joined_.empty());
    require(answered_ == asked_);
    for (const char* name : {"/", "/chat", "/slow"}) {
      for (const char* room : {"a", "b", "c", "d", "e", "f"}) {
        require(server_.find(name)->in(room).empty());
      }
    }
  }

 private:
  void install(Namespace& nsp) {
    nsp.on_connection([this](Socket& socket) {
      require(socket.connected() && joined_.insert(socket.id().text()).second);
      socket.emit_text("welcome", "");
    });
    nsp.on_disconnect([this](Socket& socket, std::string_view reason) {
      require(!socket.connected() && joined_.erase(socket.id().text()) == 1);
      require(!reason.empty());
      socket.emit_text("too late", "");
      socket.join("a");
    });
    nsp.on_any([this](Socket& socket, Event& event) { handle(socket, event); });
    nsp.on("ask", [this](Socket& socket, Event& event) { ask(socket, event); });
    nsp.on("join", [](Socket& socket, Event& event) { socket.join(room_of(event)); });
    nsp.on("leave", [](Socket& socket, Event& event) { socket.leave(room_of(event)); });
    nsp.on("tell", [](Socket& socket, Event& event) {
      socket.to(room_of(event)).except("b").emit("told", taken(event));
    });
    nsp.on("shout", [&nsp](Socket&, Event& event) { nsp.everybody().emit("told", taken(event)); });
    nsp.on("out", [](Socket& socket, Event& event) {
      socket.disconnect(event.argument(0).is_bool());
      require(!socket.connected());
    });
    nsp.on("everyone out",
           [&nsp](Socket&, Event&) { nsp.for_each([](Socket& socket) { socket.disconnect(); }); });
  }

  // Echoes, and answers twice, of which the first counts.
  void handle(Socket& socket, Event& event) {
    require(joined_.contains(socket.id().text()));
    require(quickclinic::is_utf8(event.name));
    require(event.flaw != Flaw::oversized || event.arguments.empty());
    const std::string name(event.name);
    const Arguments arguments = taken(event);
    socket.emit(name, arguments);
    Ack copy = event.ack;
    copy.send(arguments);
    copy.send(arguments);
  }

  void ask(Socket& socket, Event& event) {
    ++asked_;
    const auto done = std::make_shared<bool>(false);
    socket.emit_with_ack("question", taken(event), milliseconds(100),
                         [this, done](const Result<Arguments>&) {
                           require(!std::exchange(*done, true));
                           ++answered_;
                         });
  }

  static Arguments taken(Event& event) {
    return {json::Array(event.arguments, {}), std::move(event.attachments)};
  }

  static std::string room_of(const Event& event) {
    const json::String* text = event.argument(0).if_string();
    return text == nullptr ? "a" : std::string(json::view(*text));
  }

  Server& server_;
  std::deque<Namespace::Decision> waiting_;
  std::set<std::string> joined_;
  int asked_ = 0;
  int answered_ = 0;
};

/// Every packet that a client hears can be read by one.
void check_heard(WireClient& client) {
  std::size_t owed = 0;
  for (const std::string& packet : client.heard()) {
    if (owed > 0) {
      require(packet.starts_with('<'));
      --owed;
      continue;
    }
    require(quickclinic::is_utf8(packet));
    const auto head = parse_head(packet);
    require(head.has_value());
    owed = head->attachments;
    if (!head->payload.empty()) require(json::parse(head->payload).has_value());
  }
  require(owed == 0);
}

class Crowd {
 public:
  Crowd() {
    for (auto& client : clients_) client = std::make_unique<WireClient>(shard_);
  }

  void run(const Script::Step& step) {
    act(step);
    for (const auto& client : clients_) {
      if (client == nullptr) continue;
      client->settle();  // one client's event may end another
      check_heard(*client);
    }
    application_.check();
  }

  void leave() {
    for (auto& client : clients_) client.reset();
    application_.check_end();
    require(shard_.timers.size() == 0);
  }

 private:
  void act(const Script::Step& step) {
    std::unique_ptr<WireClient>& client = clients_[speaker_];
    const bool speaks = client != nullptr && client->open();
    switch (step.verb) {
      case 't':
        if (speaks) client->say(step.argument);
        break;
      case 'b':
        if (speaks) client->say_binary(step.argument);
        break;
      case 'o':
        if (speaks) client->client.receive_oversized(step.argument);
        break;
      case 'd':
      case 'r':
        application_.decide(step.verb == 'd');
        break;
      case 'a':
        shard_.advance(milliseconds(number(step.argument) % 1000));
        break;
      case 'v':
        if (speaks) {
          client->vanish();
        } else {
          client.reset();
        }
        break;
      case 'n':
        speaker_ = (speaker_ + 1) % clients_.size();
        break;
      default:
        break;
    }
  }

  ManualShard shard_{settings()};
  Application application_{shard_.server};
  std::array<std::unique_ptr<WireClient>, 3> clients_;
  std::size_t speaker_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script script(data, size);
  Crowd crowd;
  while (const auto step = script.next()) crowd.run(*step);
  crowd.leave();
  return 0;
}
