#pragma once

#include "base/timer_wheel.hpp"
#include "engineio/handshake.hpp"
#include "transport/connection.hpp"
#include "transport/http_request.hpp"
#include "transport/node_line.hpp"
#include "transport/options.hpp"
#include "transport/shard_counters.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace quickclinic::transport {

class Relay;

/// One request on its way to another node, and its answer on the way back; after an upgrade the
/// bytes of a WebSocket, both ways, unread.
///
/// Owned by the relay from the moment when it has a line, called on its shard's thread. Over when
/// the answer is complete, or either side goes away.
class PassedRequest final : public ConnectionUser, public NodeLineUser {
 public:
  /// What the request is about, as far as passing it on goes.
  struct Purpose {
    std::string sid;
    engineio::Intent::Kind kind = engineio::Intent::Kind::poll;
    Client client;
    OriginVerdict verdict;                   ///< for refusals; answers have their own headers
    std::chrono::milliseconds heartbeat{0};  ///< how long a poll may wait for nothing
  };

  PassedRequest(Relay& relay, Connection& client, Purpose purpose);
  ~PassedRequest();
  PassedRequest(const PassedRequest&) = delete;
  PassedRequest& operator=(const PassedRequest&) = delete;

  void begin(std::unique_ptr<NodeLine> line, std::string head, std::string body);
  /// Answers in place of the owner.
  static void refuse(Shard& shard, Connection& client, const Purpose& purpose, PassedOn result);

  void websocket_message(Connection&, const WebSocketMessage&) override {}
  void connection_drained(Connection& connection) override;
  void connection_lost(Connection& connection) override;
  void tunnel_input(Connection& connection, std::span<const char> bytes) override;

  void line_connected() override;
  bool takes_input() override;
  void line_input(std::span<const char> bytes) override;
  void line_drained() override;
  void line_lost() override;

 private:
  enum class Phase { asking, answering, tunnel, over };

  void take_head(std::span<const char> bytes);
  void take_body(std::span<const char> bytes);
  void wait(std::chrono::milliseconds limit);
  std::chrono::milliseconds patience() const noexcept;
  void look(TimePoint now);
  void fail(PassedOn result);
  void end();
  void body_has_gone() noexcept;
  std::string_view node() const noexcept { return engineio::node_of(purpose_.sid); }

  Relay& relay_;
  Connection* client_;
  const Purpose purpose_;
  std::unique_ptr<NodeLine> line_;
  Phase phase_ = Phase::asking;
  std::size_t body_bytes_ = 0;  // counted by the relay
  std::string head_;            // of the answer, as far as it has come
  std::uint64_t body_left_ = 0;
  bool keep_alive_ = true;
  TimePoint deadline_;
  Timer timer_;
};

}  // namespace quickclinic::transport
