#pragma once

#include "base/timer_wheel.hpp"
#include "engineio/session.hpp"
#include "socketio/client.hpp"
#include "socketio/server.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quickclinic::testing {

/// A shard without a network: a clock that tests move by hand, and a Socket.IO server on it.
struct ManualShard {
  explicit ManualShard(socketio::Settings settings = {}, socketio::ShardLink* link = nullptr,
                       bool has_adapter = false,
                       std::function<asio::any_io_executor()> executor = {})
      : server(std::move(settings), {.timers = timers,
                                     .now = [this] { return now; },
                                     .link = link,
                                     .executor = std::move(executor),
                                     .put_off = {},
                                     .has_adapter = has_adapter}) {}

  void advance(std::chrono::milliseconds by) {
    now += by;
    timers.advance(now);
  }

  TimePoint now{};
  TimerWheel timers{TimePoint{}};
  engineio::Settings engine;
  socketio::Server server;
};

/// A client that speaks whole wire strings (without Engine.IO's leading `4`) to a server without a
/// network.
struct WireClient {
  explicit WireClient(ManualShard& on, engineio::Encoding encoding = {})
      : shard(on),
        session(engineio::new_session_id(0), on.engine, engineio::TransportKind::websocket, on.now,
                encoding),
        client(on.server, session, std::make_shared<const socketio::SessionInfo>()) {}
  ~WireClient() { client.closed(engineio::CloseReason::transport_close); }

  void say(std::string_view packet) {
    client.receive(packet, false);
    settle();
  }
  void say_binary(std::string_view bytes) {
    client.receive(bytes, true);
    settle();
  }
  void vanish() {
    session.transport_lost();
    settle();
  }

  /// What has been sent to this client since it was last asked; binary frames as `<bytes>`.
  std::vector<std::string> heard() {
    std::vector<engineio::FramePtr> frames;
    session.take_frames(frames);
    std::vector<std::string> packets;
    for (const auto& frame : frames) {
      packets.push_back(frame->is_binary() ? "<" + std::string(frame->packet()) + ">"
                                           : std::string(frame->packet().substr(1)));
    }
    return packets;
  }

  bool open() const { return session.state() == engineio::Session::State::open; }

  /// Tells the client that its session has closed, as a host would.
  void settle() {
    if (!open()) client.closed(session.close_reason());
  }

  ManualShard& shard;
  engineio::Session session;
  socketio::Client client;
};

}  // namespace quickclinic::testing
