#include "base/log.hpp"
#include "socketio/client.hpp"
#include "transport/shard_loop.hpp"
#include "transport/tls_stream.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace quickclinic::transport {
namespace {

constexpr std::size_t read_buffer_bytes = std::size_t{64} * 1024;

}  // namespace

Shard::Shard(unsigned index, const Options& options, const Siblings& siblings)
    : index_(index),
      options_(options),
      siblings_(siblings),
      tls_(options.tls),
      timers_(Clock::now()),
      io_(options.socket, {.timers = timers_,
                           .now = [] { return Clock::now(); },
                           .link = this,
                           .executor = [this] { return executor(); },
                           .put_off = [this] { flush_soon(); },
                           .has_adapter = options.adapter != nullptr}),
      loop_(std::make_unique<Loop>()),
      http_body_bytes_max_(options.http.body_bytes_max),
      http_compressor_(options.http_compression),
      deflate_(options.websocket_compression),
      read_buffer_(read_buffer_bytes) {
  const auto mount = [this](EngineMount wanted) {
    endpoints_.push_back(std::make_unique<EngineEndpoint>(*this, std::move(wanted)));
  };
  mount({.options = options,
         .application = [](Shard& shard, engineio::Session& session,
                           std::shared_ptr<const socketio::SessionInfo> info) {
           return std::make_unique<socketio::Client>(shard.io(), session, std::move(info));
         }});
  for (const EngineMount& other : options.engines) mount(other);
  if (options.node.others != nullptr && !options.node.key.empty()) {
    relay_ = std::make_unique<Relay>(*this, options.node);
  }
}

Result<std::unique_ptr<Shard>> Shard::open(unsigned index, const Options& options,
                                           const Siblings& siblings) {
  std::unique_ptr<Shard> shard(new Shard(index, options, siblings));
  auto poller = Poller::open(shard->loop_->context);
  if (!poller) return std::unexpected(poller.error());
  shard->poller_ = std::move(*poller);
  shard->poller_->set_batch_end([raw = shard.get()] { raw->flush(); });
  shard->poller_->set_failure_hook([raw = shard.get()] { raw->note_failure("connection"); });
  return shard;
}

void Shard::end_sessions() {
  // Sessions tell their sockets, which tell the application.
  for (auto& [id, session] : sessions_)
    session->application_->closed(engineio::CloseReason::forced_close);
}

Shard::~Shard() {
  io_.cluster().set_adapter(nullptr);  // its I/O is the loop's
  relay_.reset();
  connections_.clear();  // they know sessions
  dead_connections_.clear();
  sessions_.clear();
  dead_sessions_.clear();
}

boost::asio::any_io_executor Shard::executor() const { return loop_->context.get_executor(); }

// -- between shards
// -----------------------------------------------------------------------------------------------

Mailbox::Pushed Shard::send(Mailbox::Entry entry) {
  const Mailbox::Pushed pushed = mailbox_.push(std::move(entry));
  if (pushed == Mailbox::Pushed::wake) {
    try {
      boost::asio::post(loop_->context, [this] { take_mail(); });
    } catch (...) {
      // This is the sender's thread. The shard's timer finds the mail.
      failures_.fetch_add(1, std::memory_order_relaxed);
      wake_missed_.store(true);
    }
  }
  return pushed;
}

void Shard::post(ShardTask task) { send(std::move(task)); }

void Shard::run_on(unsigned shard, std::move_only_function<void(socketio::Server&)> task) {
  Shard& target = sibling(shard);
  // Until it is carried out, nobody knows which rooms the shard will have: it gets every broadcast.
  target.requests_.fetch_add(1);
  target.post([&target, task = std::move(task)]() mutable {
    if (!target.stopped_) task(target.io_);
    target.requests_.fetch_sub(1);
  });
}

void Shard::publish(std::shared_ptr<const socketio::Broadcast> broadcast) {
  if (stopped_) return;
  for (const auto& sibling : siblings_) {
    if (sibling.get() == this) continue;
    const bool wanted =
        broadcast->to.rooms.empty() || broadcast->offset || sibling->requests_.load() != 0 ||
        std::ranges::any_of(broadcast->to.rooms, [&](const std::string& room) {
          return sibling->occupancy_.maybe(socketio::room_hash(broadcast->to.nsp, room));
        });
    if (wanted) sibling->send(broadcast);
  }
}

void Shard::take_mail() noexcept {
  in_batch_ = true;
  bool missed = mailbox_.drain(mail_);
  for (Mailbox::Entry& entry : mail_) {
    const bool delivered = shield("mail", [&] { deliver(entry); });
    // Some may have got a broadcast and others not.
    missed = missed || (!delivered && entry.index() == 0);
  }
  if (missed) shield("mail", [this] { cut_off_everybody(); });
  mail_.clear();
  flush();
}

void Shard::deliver(Mailbox::Entry& entry) {
  if (auto* broadcast = std::get_if<std::shared_ptr<const socketio::Broadcast>>(&entry)) {
    io_.deliver(*broadcast);
  } else {
    std::get<ShardTask>(entry)();
  }
}

void Shard::cut_off_everybody() {
  log::error("shard too far behind, cutting its clients off",
             {{"shard", index_}, {"sessions", sessions_.size()}});
  for (auto& [id, session] : sessions_) session->close(engineio::CloseReason::transport_error);
}

// -- connections and sessions
// -------------------------------------------------------------------------------------

Result<std::uint16_t> Shard::listen(FileDescriptor socket, Door door) {
  auto listener = Listener::open(*poller_, timers_, std::move(socket),
                                 [this, door](FileDescriptor accepted, const PeerAddress& peer) {
                                   accept(std::move(accepted), peer, door);
                                 });
  if (!listener) return std::unexpected(listener.error());
  listeners_.push_back(std::move(*listener));
  return listeners_.back()->port();
}

void Shard::accept(FileDescriptor socket, const PeerAddress& peer, Door door) {
  in_batch_ = true;
  if (connections_.size() >= options_.connections_max) {
    ++counters_.connections_refused;
    return;  // closes it
  }
  AddressCount* count = options_.connections_per_address.get();
  if (peer.unspecified() || options_.proxies.trusts(peer)) count = nullptr;
  if (count != nullptr && !count->enter(peer)) {
    ++counters_.connections_refused;
    return;
  }
  ++counters_.connections_accepted;
  std::unique_ptr<Stream> stream;
  const bool secure = tls_ != nullptr && !door.plain;
  if (secure) {
    stream = std::make_unique<TlsStream>(std::move(socket), *tls_);
  } else {
    stream = std::make_unique<PlainStream>(std::move(socket));
  }
  auto connection = std::make_unique<Connection>(std::move(stream),
                                                 Connection::Entrance{.peer = peer,
                                                                      .door = door.number,
                                                                      .for_nodes = door.for_nodes,
                                                                      .secure = secure,
                                                                      .counted = count});
  const std::uint64_t id = next_connection_++;
  if (connection->attach(*this, id)) connections_.emplace(id, std::move(connection));
}

Connection* Shard::find_connection(std::uint64_t id) const {
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : found->second.get();
}

EngineEndpoint* Shard::endpoint_of(std::string_view path) const {
  for (const auto& endpoint : endpoints_) {
    if (endpoint->owns(path)) return endpoint.get();
  }
  return nullptr;
}

std::uint64_t Shard::body_bytes_max(const HttpRequest& head) const {
  const EngineEndpoint* endpoint = endpoint_of(head.path);
  return endpoint != nullptr ? endpoint->settings().limits.payload_bytes_max : http_body_bytes_max_;
}

HttpParser::BodySkip Shard::body_skip(const HttpRequest& head) const {
  const EngineEndpoint* endpoint = endpoint_of(head.path);
  return endpoint != nullptr ? endpoint->body_skip(head) : HttpParser::BodySkip();
}

bool Shard::handle(Connection& connection, HttpRequest request) {
  const bool main_door = connection.door() == 0 || connection.for_nodes();
  EngineEndpoint* endpoint = main_door ? endpoint_of(request.path) : nullptr;
  if (endpoint != nullptr) return endpoint->handle(connection, std::move(request));
  const bool has_bundle = main_door && !connection.for_nodes() && options_.client_bundle != nullptr;
  if (has_bundle && serve_client_bundle(connection, request)) return true;
  if (!http_handler_ || connection.for_nodes()) {
    connection.respond({.status = 404,
                        .headers = {{"Content-Type", "application/json"}},
                        .body = R"({"error":"Not found"})"});
    return true;
  }
  const Client client = options_.proxies.client_of(request, connection.peer(), connection.secure());
  http_handler_(Visit{.request = std::move(request),
                      .peer = connection.peer(),
                      .client = client.address,
                      .secure = client.secure,
                      .door = connection.door()},
                Responder(*this, connection.id()));
  return true;
}

bool Shard::serve_client_bundle(Connection& connection, const HttpRequest& request) {
  if (!request.path.starts_with(options_.path)) return false;
  const std::string_view name = std::string_view(request.path).substr(options_.path.size());
  std::optional<HttpResponse> response = options_.client_bundle->answer(name, request);
  if (!response) return false;
  if (options_.origin) add_cors(*response, options_.origin(request));
  connection.respond(*response);
  return true;
}

void Shard::compress(const HttpRequest& request, HttpResponse& response) {
  if (http_compressor_.enabled()) {
    http_compressor_.compress(response, preferred_coding(request.headers));
  }
}

void Shard::hand_over(Connection& connection, HttpRequest request, unsigned target) {
  const auto found = connections_.find(connection.id());
  connection.detach();
  if (connection.queued_) std::ranges::replace(to_flush_, &connection, nullptr);
  connection.queued_ = false;
  std::unique_ptr<Connection> moving = std::move(found->second);
  connections_.erase(found);
  sibling(target).post([&shard = sibling(target), moved = std::move(moving),
                        request = std::move(request)]() mutable {
    shard.adopt(std::move(moved), std::move(request));
  });
}

void Shard::adopt(std::unique_ptr<Connection> connection, HttpRequest request) {
  const std::uint64_t id = next_connection_++;
  if (!connection->attach(*this, id)) return;
  Connection& adopted = *connection;
  connections_.emplace(id, std::move(connection));
  if (shield("connection", [&] { adopted.resume(std::move(request)); })) return;
  if (find_connection(id) == &adopted) adopted.on_failure();
}

LiveSession& Shard::add_session(const EngineEndpoint& endpoint, engineio::TransportKind transport,
                                engineio::Encoding encoding,
                                std::shared_ptr<const socketio::SessionInfo> info,
                                std::shared_ptr<void> ticket) {
  engineio::SessionId id = engineio::new_session_id(index_, options_.node.name);
  std::string name = id.text();
  // The place comes first: a session that is there may already be noted for the end of the batch.
  const auto place = sessions_.emplace(std::move(name), nullptr).first;
  try {
    place->second = std::make_unique<LiveSession>(*this, endpoint, std::move(id), transport,
                                                  encoding, std::move(info));
    place->second->keep(std::move(ticket));
  } catch (...) {
    sessions_.erase(place);
    throw;
  }
  LiveSession& added = *place->second;
  session_count_.store(sessions_.size(), std::memory_order_relaxed);
  ++counters_.handshakes[transport];
  ++counters_.sessions[transport];
  return added;
}

LiveSession* Shard::find_session(std::string_view id) const {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second.get();
}

void Responder::operator()(const HttpResponse& response) const {
  Connection* connection = shard_->find_connection(connection_);
  if (connection == nullptr) return;
  if (!shard_->shield("answer", [&] { connection->respond(response); })) connection->abort();
}

// -- the end
// ------------------------------------------------------------------------------------------------------

void Shard::stop_accepting() {
  accepting_ = false;
  for (const auto& listener : listeners_) listener->stop();
}

void Shard::close_sessions(std::chrono::milliseconds window) {
  // Each at its own moment of the window: the order of a hash table is as good as any.
  std::vector<std::string> names;
  names.reserve(sessions_.size());
  for (const auto& [name, session] : sessions_) names.push_back(name);
  const auto count = static_cast<std::int64_t>(std::max<std::size_t>(names.size(), 1));
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto timer =
        std::make_shared<boost::asio::steady_timer>(loop_->context);  // owner: its own handler
    timer->expires_after(window * static_cast<std::int64_t>(i) / count);
    timer->async_wait(
        [this, timer, name = std::move(names[i])](const boost::system::error_code& error) {
          LiveSession* session = error ? nullptr : find_session(name);
          if (session != nullptr) session->close(engineio::CloseReason::forced_close);
        });
  }
}

void Shard::stop() {
  stopped_ = true;
  stop_accepting();
  loop_->timer.cancel();
  poller_->stop();
  loop_->guard.reset();
  loop_->context.stop();
}

}  // namespace quickclinic::transport
