#pragma once

#include "engineio/error.hpp"
#include "engineio/handshake.hpp"
#include "transport/connection.hpp"
#include "transport/http_query.hpp"
#include "transport/http_request.hpp"
#include "transport/options.hpp"
#include "transport/undecided_handshake.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace quickclinic::transport {

class LiveSession;
class Shard;

/// The Engine.IO requests of one mount on one shard: handshakes, polls, posts and upgrades under
/// its path. Decides what a request wants and refuses what is wrong with it; sessions do the
/// rest. Owned by the shard, called on its thread.
class EngineEndpoint {
 public:
  EngineEndpoint(Shard& shard, EngineMount mount);
  ~EngineEndpoint();
  EngineEndpoint(const EngineEndpoint&) = delete;
  EngineEndpoint& operator=(const EngineEndpoint&) = delete;

  Shard& shard() const noexcept { return shard_; }
  const engineio::Settings& settings() const noexcept { return mount_.options.engine; }
  const EngineHooks& hooks() const noexcept { return mount_.options.hooks; }
  std::unique_ptr<engineio::Application> make_application(
      engineio::Session& session, std::shared_ptr<const socketio::SessionInfo> info) const;

  bool owns(std::string_view path) const;
  /// Whether a body above `maxPayload` is read all the same, to be answered.
  HttpParser::BodySkip body_skip(const HttpRequest& head) const;
  /// False when the connection has gone to another shard.
  bool handle(Connection& connection, HttpRequest request);

  /// What `Admittance` says: nothing lets in, a message refuses.
  void decide(std::uint64_t ticket, std::optional<std::string> refusal);
  /// The connection of an undecided handshake is gone.
  void forget(std::uint64_t ticket) { undecided_.erase(ticket); }

  /// Adds what the hooks want to say to the headers of an answer.
  void decorate(HeaderList& headers, const HttpRequest& request, bool initial) const;

  /// A polling body as protocol 3 sends binary messages; version 4 has none.
  static bool is_of_bytes(const HttpRequest& request);
  static HttpResponse refusal(engineio::EngineError error, const OriginVerdict& verdict);
  static HttpResponse too_large(const OriginVerdict& verdict);
  static HttpResponse polling_answer(std::string body, const OriginVerdict& verdict);

 private:
  /// Opens a session unless somebody is against it.
  void begin(Connection& connection, Opening opening);
  void ask(Connection& connection, Opening opening);
  void settle(std::uint64_t ticket);
  void open(Connection& connection, Opening opening);
  void serve(LiveSession& session, Connection& connection, const HttpRequest& request,
             engineio::Intent::Kind kind, OriginVerdict verdict);
  /// Believes what another node says of `request`; false when no node has passed it on.
  bool came_from_node(Connection& connection, HttpRequest& request, std::string_view sid) const;
  /// Of a session that is another node's.
  void pass_on(Connection& connection, HttpRequest&& request, const engineio::Intent& intent,
               OriginVerdict verdict);
  /// What the server says to a WebSocket's handshake.
  struct Handshake {
    std::string bytes;
    std::unique_ptr<WebSocketDeflate> deflate;
  };
  /// Nothing: the request has been refused.
  std::optional<Handshake> shake_hands(Connection& connection, const HttpRequest& request,
                                       bool initial);
  /// Answers with the error's code; `message` takes the place of its own unless it is empty.
  void refuse(Connection& connection, const HttpRequest& request, const Error& error,
              const OriginVerdict& verdict, std::string_view message = {});

  /// This mount's session of that name; the ids of other mounts are unknown here.
  LiveSession* find(std::string_view id) const;

  Shard& shard_;
  const EngineMount mount_;
  const WebSocketLimits websocket_limits_;
  std::uint64_t next_ticket_ = 1;
  /// Handshakes that `allow_request` has not answered yet; bounded by the connections.
  std::unordered_map<std::uint64_t, std::unique_ptr<UndecidedHandshake>> undecided_;
};

}  // namespace quickclinic::transport
