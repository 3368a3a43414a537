#pragma once

#include "base/string_hash.hpp"
#include "base/timer_wheel.hpp"
#include "socketio/server.hpp"
#include "transport/connection.hpp"
#include "transport/engine_endpoint.hpp"
#include "transport/http_compression.hpp"
#include "transport/listener.hpp"
#include "transport/live_session.hpp"
#include "transport/mailbox.hpp"
#include "transport/occupancy.hpp"
#include "transport/options.hpp"
#include "transport/relay.hpp"
#include "transport/shard_counters.hpp"
#include "transport/websocket_deflate.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace quickclinic::transport {

class Shard;

/// Where an application's answer to a request goes. May be kept and used later, on the shard's
/// thread; when the connection is gone by then, the answer is dropped. Used once.
class Responder {
 public:
  Responder(Shard& shard, std::uint64_t connection) : shard_(&shard), connection_(connection) {}
  void operator()(const HttpResponse& response) const;

 private:
  Shard* shard_;
  std::uint64_t connection_;
};

/// An HTTP request that is not Socket.IO's, and who sent it.
struct Visit {
  HttpRequest request;
  PeerAddress peer;         ///< of the connection
  PeerAddress client = {};  ///< beyond the proxies that are trusted; else the same
  bool secure = false;      ///< encrypted on the client's side, as far as we know
  unsigned door = 0;        ///< `Door::number`
};
using HttpHandler = std::function<void(Visit, Responder)>;

/// One thread with its own event loop, listener, connections, sessions, timers and Socket.IO
/// server. Nothing of it is shared: other threads reach it through `post` and its mailbox.
/// Everything else is called on its own thread.
///
/// Owned by the `Server` of all shards, and lives as long.
class Shard final : public socketio::ShardLink {
 public:
  /// The shards of a server see each other through this.
  using Siblings = std::vector<std::unique_ptr<Shard>>;

  static Result<std::unique_ptr<Shard>> open(unsigned index, const Options& options,
                                             const Siblings& siblings);
  ~Shard() override;

  // -- any thread
  // ---------------------------------------------------------------------------------------------

  unsigned index() const noexcept { return index_; }
  unsigned count() const noexcept { return static_cast<unsigned>(siblings_.size()); }
  Shard& sibling(unsigned index) const noexcept { return *siblings_[index]; }
  boost::asio::any_io_executor executor() const;
  /// Runs `task` on the shard's thread, after what was posted from this thread before.
  void post(ShardTask task);
  /// The loop of the shard's thread, until `stop` has been posted.
  void run();
  /// Sessions now, for metrics and limits; a moment old.
  std::size_t session_count() const noexcept {
    return session_count_.load(std::memory_order_relaxed);
  }

  /// Exceptions that were caught in the loop, std::bad_alloc among them, for metrics. Each has cost
  /// the connection or session it came from, at most, and is in the log.
  std::size_t failure_count() const noexcept { return failures_.load(std::memory_order_relaxed); }

  /// What waits to be done here on behalf of other shards.
  Mailbox::Depth mailbox_depth() { return mailbox_.depth(); }

  // -- the application, on the shard's thread or before it runs
  // -------------------------------------------------

  socketio::Server& io() noexcept { return io_; }
  const ShardCounters& counters() const noexcept { return counters_; }
  /// Requests of other nodes' sessions that are on their way, and upgraded ones.
  std::size_t passed_on_count() const noexcept {
    return relay_ == nullptr ? 0 : relay_->under_way();
  }
  std::size_t connection_count() const noexcept { return connections_.size(); }
  TimerWheel& timers() noexcept { return timers_; }
  TimePoint now() const { return Clock::now(); }
  const Options& options() const noexcept { return options_; }
  /// Requests to other paths than Socket.IO's. Without a handler they are answered 404.
  void set_http_handler(HttpHandler handler) { http_handler_ = std::move(handler); }
  /// Compresses `response` as the client who sent `request` likes it best and
  /// `Options::http_compression` allows. For handlers to call before they answer; polling answers
  /// and the client bundle have it already.
  void compress(const HttpRequest& request, HttpResponse& response);
  /// The largest body that such a request may have. Default: `HttpLimits::body_bytes_max`.
  void set_http_body_limit(std::uint64_t bytes) { http_body_bytes_max_ = bytes; }

  /// Accepts from a listening socket too; may be called for several. Answers the port.
  Result<std::uint16_t> listen(FileDescriptor socket, Door door = {});
  /// For connections from here on; those that are there keep what they have.
  void use_tls(std::shared_ptr<const TlsContext> tls) { tls_ = std::move(tls); }
  /// No new connections, and no new sessions on those that are there.
  void stop_accepting();
  /// Ends all sessions, spread over `window` so that their clients do not come back in one moment.
  void close_sessions(std::chrono::milliseconds window);
  /// Closes everything; `run` returns.
  void stop();
  /// When no shard runs any more: tells the sockets that are left that they have gone. Comes for
  /// all shards before the first is destroyed, since whoever hears of it may send to the others.
  void end_sessions();

  // -- its connections and sessions
  // ----------------------------------------------------------------------------

  ShardCounters& counters() noexcept { return counters_; }
  Poller& poller() noexcept { return *poller_; }
  HttpCompressor& http_compressor() noexcept { return http_compressor_; }
  SharedDeflate& deflate() noexcept { return deflate_; }
  std::span<char> read_buffer() noexcept { return read_buffer_; }
  /// Whoever uses it empties it before, and leaves it so unless it throws.
  std::vector<engineio::FramePtr>& frame_scratch() noexcept { return frame_scratch_; }

  /// Whether requests to this path are an Engine.IO server's, not the application's.
  bool owns_engine_path(std::string_view path) const { return endpoint_of(path) != nullptr; }
  std::uint64_t body_bytes_max(const HttpRequest& head) const;
  HttpParser::BodySkip body_skip(const HttpRequest& head) const;
  /// False when the connection has gone to another shard.
  bool handle(Connection& connection, HttpRequest request);
  /// Moves a connection whose request `request` is another shard's to answer.
  void hand_over(Connection& connection, HttpRequest request, unsigned target);
  Connection* find_connection(std::uint64_t id) const;
  /// Null when no other node is known.
  Relay* relay() const noexcept { return relay_.get(); }
  void relay_stirred() { flush_soon(); }

  LiveSession& add_session(const EngineEndpoint& endpoint, engineio::TransportKind transport,
                           engineio::Encoding encoding,
                           std::shared_ptr<const socketio::SessionInfo> info,
                           std::shared_ptr<void> ticket);
  LiveSession* find_session(std::string_view id) const;
  bool accepting() const noexcept { return accepting_; }

  /// The end of the batch will be seen to: called when the poller has woken a connection.
  void batch_begins() noexcept { in_batch_ = true; }
  /// Notes work for the end of the batch. Without memory for the note, all of the shard's
  /// connections and sessions are looked at instead.
  void flush_later(Connection& connection) noexcept;
  void pump_later(LiveSession& session) noexcept;
  /// Takes them out of the shard; they are destroyed when nobody is on the stack who could still
  /// use them.
  void bury(Connection& connection) noexcept;
  void bury(LiveSession& session) noexcept;
  /// Runs `work`. What it throws is logged as a failure of `what` and counted; then false.
  template <class Work>
  bool shield(std::string_view what, Work&& work) noexcept {
    try {
      std::forward<Work>(work)();
      return true;
    } catch (...) {
      note_failure(what);
      return false;
    }
  }

  // -- socketio::ShardLink
  // --------------------------------------------------------------------------------------

  unsigned shard() const noexcept override { return index_; }
  unsigned shards() const noexcept override { return count(); }
  void run_on(unsigned shard, std::move_only_function<void(socketio::Server&)> task) override;
  void room_occupied(std::uint64_t room_hash, bool occupied) override {
    occupancy_.count(room_hash, occupied);
  }
  void publish(std::shared_ptr<const socketio::Broadcast> broadcast) override;

 private:
  struct Loop;  // Asio's part
  Shard(unsigned index, const Options& options, const Siblings& siblings);

  EngineEndpoint* endpoint_of(std::string_view path) const;
  bool serve_client_bundle(Connection& connection, const HttpRequest& request);
  void accept(FileDescriptor socket, const PeerAddress& peer, Door door);
  void adopt(std::unique_ptr<Connection> connection, HttpRequest request);
  Mailbox::Pushed send(Mailbox::Entry entry);
  void take_mail() noexcept;
  void cut_off_everybody();
  void deliver(Mailbox::Entry& entry);
  void flush() noexcept;
  void flush(Connection& connection) noexcept;
  void pump(LiveSession& session) noexcept;
  void flush_soon();
  void sweep();
  void arm_timer() noexcept;
  void arm_timer_at(TimePoint when);
  void advance() noexcept;
  void note_failure(std::string_view what) noexcept;  // in the handler of an exception

  unsigned index_;
  const Options& options_;
  const Siblings& siblings_;
  std::shared_ptr<const TlsContext> tls_;
  Occupancy occupancy_;
  std::atomic<unsigned> requests_ = 0;  // of other shards, not carried out yet
  Mailbox mailbox_;
  TimerWheel timers_;
  socketio::Server io_;
  // Coroutines of handlers end with the loop, and may hold sockets; all that sockets need stands
  // before it.
  std::unique_ptr<Loop> loop_;
  std::unique_ptr<Poller> poller_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::vector<std::unique_ptr<EngineEndpoint>> endpoints_;
  HttpHandler http_handler_;
  std::uint64_t http_body_bytes_max_;
  HttpCompressor http_compressor_;
  SharedDeflate deflate_;  // before the connections, which use it
  std::vector<char> read_buffer_;
  std::vector<engineio::FramePtr> frame_scratch_;
  std::vector<Mailbox::Entry> mail_;
  bool accepting_ = true;
  bool stopped_ = false;
  bool in_batch_ = false;  // `flush` will be called without our asking
  bool flush_scheduled_ = false;
  bool sweep_due_ = false;  // a note of what to flush, pump or bury may have been lost
  std::atomic<bool> wake_missed_ = false;
  std::atomic<std::size_t> failures_ = 0;
  ShardCounters counters_;
  TimePoint timer_armed_for_ = TimePoint::max();
  std::uint64_t next_connection_ = 1;
  std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  StringMap<std::unique_ptr<LiveSession>> sessions_;
  std::atomic<std::size_t> session_count_ = 0;
  std::vector<Connection*> to_flush_;
  std::vector<LiveSession*> to_pump_;
  std::vector<std::unique_ptr<Connection>> dead_connections_;
  std::vector<std::unique_ptr<LiveSession>> dead_sessions_;
  std::unique_ptr<Relay> relay_;
};

}  // namespace quickclinic::transport
