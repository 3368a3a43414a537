#include "transport/connection.hpp"

#include "base/log.hpp"
#include "transport/bytes_acknowledged.hpp"
#include "transport/shard.hpp"

#include <sys/epoll.h>

#include <utility>

namespace quickclinic::transport {
namespace {

// Input that comes while a request is being answered or answers wait to be read; then the kernel's
// buffer has to do.
constexpr std::size_t waiting_input_bytes_max = std::size_t{64} * 1024;
// Answers to a client that sends requests ahead and does not read: then its requests wait.
constexpr std::size_t answers_waiting_max = 64;
// A client that pings and does not read: as many pongs are kept for it.
constexpr std::uint16_t pongs_waiting_max = 60;
constexpr std::uint16_t normal_closure = 1000;  // RFC 6455, section 7.4.1

}  // namespace

Connection::Connection(std::unique_ptr<Stream> stream, const Entrance& entrance)
    : stream_(std::move(stream)),
      entrance_(entrance),
      timer_([](void* self, TimePoint) { static_cast<Connection*>(self)->on_timer(); }, this) {}

Connection::~Connection() {
  detach();
  uncount();
}

Result<> Connection::attach(Shard& shard, std::uint64_t id) {
  id_ = id;
  watched_ = EPOLLIN | EPOLLRDHUP;
  const Result<> added = shard.poller().add(stream_->fd(), *this, watched_);
  if (!added) return added;
  shard_ = &shard;
  wait(shard.options().patience.request);  // a silent connection is no better than a slow request
  return {};
}

void Connection::detach() {
  timer_.cancel();
  if (shard_ == nullptr) return;
  shard_->poller().remove(stream_->fd(), *this);
  shard_ = nullptr;
}

void Connection::on_ready(std::uint32_t events) {
  if (state_ == State::dead) return;
  shard_->batch_begins();
  if ((events & (EPOLLERR | EPOLLHUP)) != 0 && (events & EPOLLIN) == 0) {
    lose();
    return;
  }
  if ((events & EPOLLOUT) != 0) {
    if (!write()) return;
    if (!congested_ && !waiting_input_.empty()) shard_->flush_later(*this);
  }
  if ((events & (EPOLLIN | EPOLLRDHUP)) != 0) read();
}

bool Connection::read() {
  do {
    const std::span<char> buffer = shard_->read_buffer();
    const IoResult result = stream_->read(buffer);
    if (result.status == IoStatus::would_block) {
      if (stream_->wants_write()) watch(watched_ | EPOLLOUT);
      return true;
    }
    if (result.status != IoStatus::ok) {
      lose();
      return false;
    }
    if (!take_input(buffer.first(result.bytes))) return false;
  } while (state_ != State::dead && stream_->has_buffered_input());
  return true;
}

bool Connection::take_input(std::span<char> input) {
  switch (state_) {
    case State::websocket:
      return take_websocket(input);
    case State::request:
      if (waiting_input_.empty()) return take_http(input);
      keep_waiting(input);
      return true;
    case State::answering:
      keep_waiting(input);
      return true;
    case State::tunnel:
      user_->tunnel_input(*this, input);
      return true;
    case State::farewell:
    case State::dead:
      return true;
  }
  return true;
}

void Connection::keep_waiting(std::span<char> input) {
  waiting_input_.append(input.data(), input.size());
  if (waiting_input_.size() > waiting_input_bytes_max) watch(watched_ & ~std::uint32_t{EPOLLIN});
}

bool Connection::is_behind() const noexcept {
  return congested_ || outbox_.size() >= answers_waiting_max;
}

bool Connection::take_http(std::span<char> input) {
  std::string pipelined;  // what `input` views after the first request
  while (state_ == State::request && !input.empty()) {
    if (is_behind()) {
      keep_waiting(input);
      return true;
    }
    if (parser_ == nullptr) parser_ = std::make_unique<HttpParser>(shard_->options().http);
    const bool begins = !parser_->started();
    const Result<std::size_t> taken = parser_->feed({input.data(), input.size()});
    if (!taken) return refuse(taken.error());
    if (begins && parser_->started()) wait(shard_->options().patience.request);
    input = input.subspan(*taken);
    if (parser_->headers_complete() && !body_limit_set_) {
      body_limit_set_ = true;
      const Result<> fits = parser_->set_body_limit(shard_->body_bytes_max(parser_->head()),
                                                    shard_->body_skip(parser_->head()));
      if (!fits) return refuse(fits.error());
      if (parser_->head().expects_continue() && !parser_->complete()) {
        outbox_.push(std::string("HTTP/1.1 100 Continue\r\n\r\n"));
        shard_->flush_later(*this);
      }
    }
    if (!parser_->complete()) continue;
    waiting_input_.assign(input.data(), input.size());
    if (!take_request()) return false;
    if (state_ == State::websocket && !waiting_input_.empty()) {
      // Frames right behind the handshake.
      std::string frames = std::exchange(waiting_input_, {});
      return take_websocket(frames);
    }
    if (state_ != State::request) return true;
    pipelined = std::exchange(waiting_input_, {});
    input = pipelined;
  }
  return true;
}

bool Connection::take_request() {
  HttpRequest request = parser_->take();
  body_limit_set_ = false;
  head_only_ = request.method == "HEAD";
  // Once nobody is let in any more, the next request is for the server that comes after this one.
  last_answer_ =
      !request.keep_alive || (!shard_->accepting() && !shard_->owns_engine_path(request.path));
  state_ = State::answering;
  timer_.cancel();
  return shard_->handle(*this, std::move(request));
}

void Connection::resume(HttpRequest request) {
  timer_.cancel();
  if (!shard_->handle(*this, std::move(request))) return;
  if (state_ == State::websocket && !waiting_input_.empty()) {
    std::string frames = std::exchange(waiting_input_, {});
    take_websocket(frames);
  }
  shard_->flush_later(*this);
}

bool Connection::refuse(const Error& error) {
  HttpResponse response{
      .status = http_status(error), .headers = {{"Content-Type", "application/json"}}, .body = {}};
  if (response.status == 413 && shard_->owns_engine_path(parser_->head().path)) {
    response.headers.clear();  // as the Node server: the official client shows the body to nobody
  } else {
    response.body = "{\"error\":\"" + std::string(reason_phrase(response.status)) + "\"}";
  }
  last_answer_ = true;
  head_only_ = false;
  log::debug("request refused", {{"peer", peer().text()}, {"error", error.describe()}});
  state_ = State::answering;
  respond(response);
  return true;
}

void Connection::respond(const HttpResponse& response) {
  if (state_ != State::answering) return;
  if (response.close) last_answer_ = true;
  if (last_answer_ != response.close) {
    HttpResponse last = response;
    last.close = true;
    queue(last);
  } else {
    queue(response);
  }
  answered();
}

void Connection::answered() {
  user_ = nullptr;  // only now: when there is no memory for the answer, the user has to hear of it
  if (last_answer_) {
    say_goodbye();
  } else {
    state_ = State::request;
    wait(shard_->options().patience.idle);
  }
  shard_->flush_later(*this);
}

void Connection::queue(const HttpResponse& response) {
  const bool elsewhere = !response.lasting_body.empty();
  outbox_.push(format(response, head_only_ || elsewhere));
  if (elsewhere && !head_only_ && may_have_content(response.status)) {
    outbox_.push_lasting(response.lasting_body);
  }
}

void Connection::become_websocket(std::string handshake, const WebSocketLimits& limits,
                                  std::unique_ptr<WebSocketDeflate> deflate, ConnectionUser& user) {
  outbox_.push(std::move(handshake));
  state_ = State::websocket;
  user_ = &user;
  parser_.reset();
  decoder_.emplace(limits, std::move(deflate));
  timer_.cancel();
  shard_->flush_later(*this);
}

bool Connection::take_websocket(std::span<char> input) {
  while (state_ == State::websocket) {
    WebSocketMessage message;
    switch (decoder_->next(input, message)) {
      case WebSocketDecoder::Outcome::need_more:
        return true;
      case WebSocketDecoder::Outcome::refused: {
        ConnectionUser* user = user_;
        close_websocket(close_code(decoder_->error()));
        if (user != nullptr) user->connection_lost(*this);
        return true;
      }
      case WebSocketDecoder::Outcome::message:
        break;
    }
    switch (message.kind) {
      case WebSocketMessage::Kind::ping:
        answer_ping(message.data);
        break;
      case WebSocketMessage::Kind::pong:
        break;
      case WebSocketMessage::Kind::close: {
        ConnectionUser* user = user_;
        close_websocket(message.close_code == 1005 ? normal_closure : message.close_code);
        if (user != nullptr) user->connection_lost(*this);
        return true;
      }
      case WebSocketMessage::Kind::text:
      case WebSocketMessage::Kind::binary:
      case WebSocketMessage::Kind::oversized:
        if (user_ != nullptr) user_->websocket_message(*this, message);
        break;
    }
  }
  return true;
}

void Connection::answer_ping(std::string_view payload) {
  if (congested_ && ++pongs_waiting_ > pongs_waiting_max) {
    lose();
    return;
  }
  outbox_.push(pong_frame(payload));
  shard_->flush_later(*this);
}

void Connection::send(engineio::FramePtr frame) {
  outbox_.push(decoder_->outgoing(std::move(frame)));
  if (!congested_) shard_->flush_later(*this);
}

void Connection::close_websocket(std::uint16_t code) {
  if (state_ != State::websocket) return;
  outbox_.push(close_frame(code));
  user_ = nullptr;
  say_goodbye();
  shard_->flush_later(*this);
}

void Connection::abort() noexcept {
  user_ = nullptr;
  lose();
}

void Connection::say_goodbye() {
  state_ = State::farewell;
  wait(shard_->options().patience.farewell);
}

void Connection::flush() {
  queued_ = false;
  if (state_ == State::dead || !write()) return;
  if (state_ == State::request && !waiting_input_.empty() && !congested_) {
    std::string input = std::exchange(waiting_input_, {});
    watch(watched_ | EPOLLIN);
    take_http(input);
  } else if ((state_ == State::websocket || state_ == State::tunnel) && !waiting_input_.empty()) {
    std::string input = std::exchange(waiting_input_, {});
    watch(watched_ | EPOLLIN);
    take_input(input);
  }
}

bool Connection::write() {
  const bool had_to_wait = congested_;
  IoStatus status = outbox_.write(*stream_);
  if (status == IoStatus::ok && stream_->wants_write()) {
    const IoResult rest = stream_->write({});
    status =
        rest.status == IoStatus::ok && stream_->wants_write() ? IoStatus::would_block : rest.status;
  }
  if (status == IoStatus::would_block) {
    congested_ = true;
    // The farewell is for a peer that has heard all of it.
    if ((state_ == State::farewell || in_pieces_) && !had_to_wait && !decoder_) {
      wait(shard_->options().patience.idle);
    }
    watch(watched_ | EPOLLOUT);
    return true;
  }
  if (status != IoStatus::ok) {
    lose();
    return false;
  }
  congested_ = false;
  if ((watched_ & EPOLLOUT) != 0) watch(watched_ & ~std::uint32_t{EPOLLOUT});
  if (state_ == State::farewell) {
    stream_->shutdown();
    if (had_to_wait && !decoder_) wait(shard_->options().patience.farewell);
  } else if (had_to_wait) {
    if (state_ == State::request && (parser_ == nullptr || !parser_->started())) {
      wait(shard_->options().patience.idle);
    }
    if (in_pieces_) timer_.cancel();
    pongs_waiting_ = 0;
    if (user_ != nullptr) user_->connection_drained(*this);
  }
  return true;
}

void Connection::watch(std::uint32_t events) {
  if (events == watched_) return;
  watched_ = events;
  if (!shard_->poller().modify(stream_->fd(), *this, events)) lose();
}

void Connection::lose() noexcept {
  if (state_ == State::dead) return;
  state_ = State::dead;
  ConnectionUser* user = std::exchange(user_, nullptr);
  Shard& shard = *shard_;
  shard.bury(*this);
  shard.shield("lost connection", [&] {
    if (user != nullptr) user->connection_lost(*this);
  });
}

void Connection::wait(std::chrono::milliseconds limit) {
  shard_->timers().arm(timer_, shard_->now() + limit);
}

void Connection::on_timer() noexcept {
  Shard& shard = *shard_;
  if (!shard.shield("connection's timer", [this] { too_late(); })) on_failure();
}

// Whether the peer takes what waits for it. What the kernel holds is not read yet: it may be
// megabytes, and minutes of a slow line.
bool Connection::is_read() {
  const std::uint64_t before =
      std::exchange(acknowledged_, bytes_acknowledged(stream_->fd()).value_or(0));
  return acknowledged_ >= before + shard_->options().patience.reading_bytes_min;
}

void Connection::too_late() {
  if (congested_ && !decoder_ && is_read()) {
    wait(shard_->options().patience.idle);
    return;
  }
  if (state_ == State::request && parser_ != nullptr && parser_->started()) {
    HttpResponse response{.status = 408, .headers = {}, .body = {}, .close = true};
    state_ = State::answering;
    respond(response);
    return;
  }
  lose();
}

}  // namespace quickclinic::transport
