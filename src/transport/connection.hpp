#pragma once

#include "base/timer_wheel.hpp"
#include "engineio/frame.hpp"
#include "transport/address_count.hpp"
#include "transport/http_parser.hpp"
#include "transport/http_response.hpp"
#include "transport/outbox.hpp"
#include "transport/peer_address.hpp"
#include "transport/poller.hpp"
#include "transport/stream.hpp"
#include "transport/websocket_decoder.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace quickclinic::transport {

class Connection;
class Shard;

/// What a connection works for beyond one request: a session.
class ConnectionUser {
 public:
  /// A message came over a WebSocket. The connection may be closed from here.
  virtual void websocket_message(Connection& connection, const WebSocketMessage& message) = 0;
  /// All that was queued has been written, after some of it had to wait.
  virtual void connection_drained(Connection& connection) = 0;
  /// The connection is gone; it must not be used any more.
  virtual void connection_lost(Connection& connection) = 0;
  /// Bytes came through a tunnel.
  virtual void tunnel_input(Connection&, std::span<const char>) {}

 protected:
  ~ConnectionUser() = default;
};

/// One TCP connection: HTTP requests one after the other, or a WebSocket after the handshake.
///
/// Owned by its shard and called on its thread; may move to another shard between requests. Reads
/// into the shard's buffer and holds no memory while idle. Writing is put off until the end of the
/// shard's batch, so that what was queued meanwhile leaves together. Bounded by `HttpLimits`,
/// `WebSocketLimits` and `Patience`; what is queued for a WebSocket is bounded by its session.
class Connection final : public Pollable {
 public:
  /// How it has come in.
  struct Entrance {
    PeerAddress peer;
    unsigned door = 0;                ///< `Door::number`
    bool for_nodes = false;           ///< `Door::for_nodes`
    bool secure = false;              ///< over TLS
    AddressCount* counted = nullptr;  ///< left at the end; outlives the connection
  };
  Connection(std::unique_ptr<Stream> stream, const Entrance& entrance);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  std::uint64_t id() const noexcept { return id_; }
  const PeerAddress& peer() const noexcept { return entrance_.peer; }
  unsigned door() const noexcept { return entrance_.door; }
  bool for_nodes() const noexcept { return entrance_.for_nodes; }
  bool secure() const noexcept { return entrance_.secure; }
  /// It is another node's, which counts its clients itself.
  void uncount() noexcept;

  // -- for the shard
  // ------------------------------------------------------------------------------------------

  /// Begins to work on `shard`, under a name that is unique there.
  Result<> attach(Shard& shard, std::uint64_t id);
  /// Stops working there, to be destroyed or attached elsewhere.
  void detach();
  /// Goes on with a request that another shard has read: there, nobody answered it.
  void resume(HttpRequest request);
  /// Writes what is queued and goes on with input that had to wait. The connection may be gone
  /// afterwards.
  void flush();
  void on_ready(std::uint32_t events) override;
  /// Something of this connection has thrown: closes it without a word. The user is told.
  void on_failure() noexcept override { lose(); }

  // -- answers
  // ------------------------------------------------------------------------------------------------

  /// Answers the request that was handed to the shard last. Each is answered once.
  void respond(const HttpResponse& response);
  /// Until `respond`, `user` is told when the peer goes away; null: nobody is.
  void set_user(ConnectionUser* user) noexcept { user_ = user; }

  /// Answers the request with `handshake` and carries WebSocket messages for `user` from here on.
  /// `deflate` is null unless the handshake agrees upon compression.
  void become_websocket(std::string handshake, const WebSocketLimits& limits,
                        std::unique_ptr<WebSocketDeflate> deflate, ConnectionUser& user);
  bool is_websocket() const noexcept { return state_ == State::websocket; }
  void send(engineio::FramePtr frame);
  /// True while bytes wait for the peer to read.
  bool congested() const noexcept { return congested_; }
  // For a request that another node answers. What is queued is the user's to bound: it queues
  // nothing while the connection is congested.

  /// Answers with a head, and a body of that length which comes in pieces; `end_answer` comes after
  /// the last. The user is told of drains in between.
  void begin_answer(const HttpResponse& head, std::size_t content_length);
  void send_piece(std::string bytes);
  void end_answer();
  /// Answers with `head` and carries bytes for `user`, both ways, from here on.
  void become_tunnel(std::string head, ConnectionUser& user);
  void pause_reading();
  void resume_reading();
  /// Closes after what is queued. The user is not told more.
  void end_tunnel();

  /// Says goodbye after what is queued, and waits a little for the peer to do so too. The user is
  /// not told more.
  void close_websocket(std::uint16_t code);
  /// Closes without a word, at the end of the batch. The user is not told more.
  void abort() noexcept;

 private:
  enum class State {
    request,    // reading an HTTP request, or between two
    answering,  // a request is complete and has no answer yet
    websocket,
    tunnel,    // bytes for somebody else
    farewell,  // all is said; reading only to see the peer close
    dead,
  };

  // Each answers whether the connection is still here and still ours: a request may take it to
  // another shard.
  bool read();
  bool take_input(std::span<char> input);
  bool take_http(std::span<char> input);
  void keep_waiting(std::span<char> input);
  bool is_behind() const noexcept;
  bool take_request();
  bool take_websocket(std::span<char> input);
  bool refuse(const Error& error);
  void answer_ping(std::string_view payload);

  bool write();
  void watch(std::uint32_t events);
  void queue(const HttpResponse& response);
  void answered();
  void say_goodbye();
  void lose() noexcept;
  void wait(std::chrono::milliseconds limit);
  bool is_read();
  void too_late();
  void on_timer() noexcept;

  std::unique_ptr<Stream> stream_;
  Shard* shard_ = nullptr;
  ConnectionUser* user_ = nullptr;
  std::uint64_t id_ = 0;
  std::uint32_t watched_ = 0;
  State state_ = State::request;
  bool congested_ = false;
  bool queued_ = false;          // in the shard's list for the end of the batch
  bool body_limit_set_ = false;  // for the request being read
  bool head_only_ = false;
  bool last_answer_ = false;  // the connection ends after the answer
  bool in_pieces_ = false;    // the answer is being sent
  std::uint16_t pongs_waiting_ = 0;
  Entrance entrance_;
  std::uint64_t acknowledged_ = 0;  // of all that was sent, when a timer looked last
  Outbox outbox_;
  std::unique_ptr<HttpParser> parser_;  // null for a WebSocket
  std::optional<WebSocketDecoder> decoder_;
  std::string
      waiting_input_;  // came while a request was being answered, or answers wait to be read
  Timer timer_;

  friend class Shard;
};

}  // namespace quickclinic::transport
