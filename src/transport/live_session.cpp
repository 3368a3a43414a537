#include "transport/live_session.hpp"

#include "base/log.hpp"
#include "engineio/error.hpp"
#include "engineio/payload_v3.hpp"
#include "transport/shard.hpp"

#include <utility>
#include <vector>

namespace quickclinic::transport {
namespace {

using engineio::CloseReason;
using engineio::Session;
using engineio::TransportKind;

// What comes in one segment with the 101 is lost on a client that begins to listen when it has
// heard of the opening. Clients of version 4 know better; for older ones the open packet comes
// later.
constexpr std::chrono::milliseconds greeting_delay{10};
constexpr std::uint16_t normal_closure = 1000;  // RFC 6455, section 7.4.1

}  // namespace

LiveSession::LiveSession(Shard& shard, const EngineEndpoint& endpoint, engineio::SessionId id,
                         TransportKind transport, engineio::Encoding encoding,
                         std::shared_ptr<const socketio::SessionInfo> info)
    : shard_(shard),
      endpoint_(endpoint),
      session_(std::move(id), endpoint.settings(), transport, shard.now(), encoding),
      timer_([](void* self, TimePoint now) { static_cast<LiveSession*>(self)->time_has_come(now); },
             this) {
  // The first packet is the open packet, also when the application has something to say at once;
  // over polling it goes before the queue.
  if (transport == TransportKind::websocket) session_.send(engineio::Frame::text(open_packet()));
  application_ = endpoint.make_application(session_, std::move(info));
  session_.set_host(this);
  arm();
  if (session_.state() != Session::State::open) shard_.pump_later(*this);  // thrown out at once
}

LiveSession::~LiveSession() { session_.set_host(nullptr); }

std::string LiveSession::open_packet() const {
  return engineio::open_packet(session_.id(), session_.transport(), endpoint_.settings());
}

void LiveSession::opens_over(Connection& websocket) {
  websocket_ = &websocket;
  if (session_.protocol() == engineio::Protocol::v3) {
    greeting_ = true;
    shard_.timers().arm(timer_, shard_.now() + greeting_delay);
  } else {
    shard_.pump_later(*this);
  }
}

std::string LiveSession::open_payload() const {
  if (session_.protocol() == engineio::Protocol::v4) return open_packet();
  const engineio::FramePtr packet = engineio::Frame::text(open_packet());
  return engineio::encode_payload_v3({&packet, 1}, true);
}

void LiveSession::session_stirred() { shard_.pump_later(*this); }

// -- what comes in
// ----------------------------------------------------------------------------------------------

void LiveSession::websocket_message(Connection& connection, const WebSocketMessage& message) {
  if (&connection == probe_) {
    take_probe(connection, message);
    return;
  }
  if (message.kind == WebSocketMessage::Kind::oversized) {
    if (!take_oversized(message.data)) session_.break_off(CloseReason::parse_error);
    return;
  }
  const bool binary = message.kind == WebSocketMessage::Kind::binary;
  if (!binary && message.data.starts_with('b')) {
    take_base64(message.data);
  } else {
    take_packet({message.data, binary});
  }
}

void LiveSession::take_base64(std::string_view packet) {
  const bool v3 = session_.protocol() == engineio::Protocol::v3;
  const auto bytes = v3 ? engineio::decode_base64_v3(packet) : engineio::decode_base64(packet);
  if (bytes) {
    take_packet({*bytes, true});
  } else {
    session_.break_off(CloseReason::parse_error);
  }
}

bool LiveSession::take_oversized(std::string_view beginning) {
  if (session_.state() != Session::State::open || !beginning.starts_with('4')) return false;
  if (session_.protocol() == engineio::Protocol::v3) return false;
  return application_->receive_oversized(beginning.substr(1));
}

bool LiveSession::take_packet(engineio::IncomingPacket packet) {
  const auto received = session_.receive(packet, shard_.now());
  if (!received) return false;
  if (received->is_message) {
    ++shard_.counters().messages_received;
    application_->receive(received->data, received->binary);
  } else {
    arm();  // after a pong the next ping may be due before the pong was
  }
  return true;
}

void LiveSession::post(Connection& connection, const HttpRequest& request) {
  const bool polling = session_.transport() == TransportKind::polling;
  if (polling && request.body_cut) {
    if (request.body_marked || !take_oversized(request.body)) {
      connection.respond(EngineEndpoint::too_large(origin_));
      return;
    }
  } else if (!polling || !take_payload(request)) {
    connection.respond(EngineEndpoint::refusal(engineio::EngineError::bad_request, origin_));
    return;
  }
  HttpResponse response{.status = 200, .headers = {{"Content-Type", "text/html"}}, .body = "ok"};
  add_cors(response, origin_);
  endpoint_.decorate(response.headers, request, false);
  connection.respond(response);
}

bool LiveSession::take_payload(const HttpRequest& request) {
  if (session_.protocol() == engineio::Protocol::v4) {
    return take_packets(engineio::PayloadReader(request.body));
  }
  using Form = engineio::PayloadReaderV3::Form;
  const Form form = EngineEndpoint::is_of_bytes(request) ? Form::bytes : Form::text;
  return take_packets(engineio::PayloadReaderV3(request.body, form));
}

template <class Reader>
bool LiveSession::take_packets(Reader reader) {
  while (session_.state() == Session::State::open) {
    const auto packet = reader.next();
    if (!packet) {
      session_.break_off(CloseReason::parse_error);
      return false;
    }
    if (!*packet) return true;
    if (!take_packet(**packet)) return false;
  }
  return true;
}

void LiveSession::take_probe(Connection& connection, const WebSocketMessage& message) {
  const bool text = message.kind == WebSocketMessage::Kind::text;
  switch (session_.probe_receives({text ? message.data : std::string_view(), !text})) {
    case Session::Probe::answer:
      connection.send(engineio::probe_answer_frame());
      arm();
      break;
    case Session::Probe::upgraded:
      websocket_ = std::exchange(probe_, nullptr);
      shard_.counters().upgraded();
      break;
    case Session::Probe::failed:
      probe_ = nullptr;
      connection.close_websocket(normal_closure);
      break;
  }
  shard_.pump_later(*this);
}

void LiveSession::probe(Connection& websocket) {
  if (!session_.probe_begins(shard_.now())) {
    websocket.close_websocket(normal_closure);
    return;
  }
  probe_ = &websocket;
  arm();
}

void LiveSession::poll(Connection& connection, const HttpRequest& request) {
  if (!session_.poll_waits()) {
    if (endpoint_.hooks().headers) poll_request_ = std::make_unique<const HttpRequest>(request);
    if (shard_.http_compressor().enabled()) poll_coding_ = preferred_coding(request.headers);
  }
  switch (session_.poll_begins()) {
    case Session::Poll::wait:
      poll_ = &connection;
      connection.set_user(this);
      return;
    case Session::Poll::answer:
      poll_ = &connection;
      connection.set_user(this);
      answer_poll();
      break;
    case Session::Poll::overlap:
      answer_poll();  // the one before, with the end
      [[fallthrough]];
    case Session::Poll::refused:
      connection.respond(EngineEndpoint::refusal(engineio::EngineError::bad_request, origin_));
      break;
  }
  shard_.pump_later(*this);
}

// -- what goes out
// ----------------------------------------------------------------------------------------------

void LiveSession::pump() {
  queued_ = false;
  if (websocket_ != nullptr && session_.transport() == TransportKind::websocket && !greeting_) {
    if (!websocket_->congested()) {
      std::vector<engineio::FramePtr>& frames = shard_.frame_scratch();
      frames.clear();  // of a session that has thrown here
      session_.take_frames(frames);
      for (engineio::FramePtr& frame : frames) websocket_->send(std::move(frame));
      frames.clear();
    }
    session_.set_congested(websocket_->congested());
  }
  if (poll_ != nullptr) answer_poll();
  if (session_.state() != Session::State::open) end();
}

void LiveSession::answer_poll() {
  bool compressible = true;
  std::optional<std::string> body = session_.take_payload(&compressible);
  if (!body) return;
  HttpResponse response = EngineEndpoint::polling_answer(std::move(*body), origin_);
  // Its client comes back at once, and should then find the server that takes new ones.
  response.close = session_.state() != Session::State::open && !shard_.accepting();
  if (compressible) shard_.http_compressor().compress(response, poll_coding_);
  if (poll_request_ != nullptr) {
    endpoint_.decorate(response.headers, *poll_request_, false);
    poll_request_.reset();
  }
  poll_->respond(response);
  poll_ = nullptr;
}

void LiveSession::connection_drained(Connection& connection) {
  if (&connection != websocket_) return;
  session_.set_congested(false);
  shard_.pump_later(*this);
}

void LiveSession::connection_lost(Connection& connection) {
  if (&connection == probe_) {
    probe_ = nullptr;
    session_.probe_ends();
  } else if (&connection == websocket_) {
    websocket_ = nullptr;
    session_.transport_lost();
  } else if (&connection == poll_) {
    poll_ = nullptr;
    session_.poll_aborted();
  }
}

void LiveSession::close(CloseReason reason) { session_.close(reason); }

void LiveSession::end() {
  if (!std::exchange(told_, true)) {
    shard_.counters().closed(session_);
    log::debug("session closed", {{"sid", session_.id().text().substr(0, 8)},
                                  {"reason", to_text(session_.close_reason())}});
    application_->closed(session_.close_reason());
  }
  // Forgotten only after they have been closed: closing may throw, and then `fail` cuts them.
  if (probe_ != nullptr) {
    probe_->close_websocket(normal_closure);
    probe_ = nullptr;
  }
  if (websocket_ != nullptr) {
    // What was queued has gone to the connection, unless the client does not read; then nothing
    // more is waited for.
    websocket_->close_websocket(normal_closure);
    websocket_ = nullptr;
    session_.finish();
  }
  if (session_.state() == Session::State::closed) {
    if (poll_ != nullptr) std::exchange(poll_, nullptr)->abort();
    shard_.bury(*this);
  }
}

// -- time
// ---------------------------------------------------------------------------------------------------------

void LiveSession::time_has_come(TimePoint now) noexcept {
  if (!shard_.shield("session's timer", [&] { on_timer(now); })) fail();
}

void LiveSession::fail() noexcept {
  for (Connection** connection : {&websocket_, &poll_, &probe_}) {
    if (*connection != nullptr) std::exchange(*connection, nullptr)->abort();
  }
  session_.transport_lost(CloseReason::transport_error);
}

void LiveSession::arm() {
  if (std::exchange(greeting_, false)) shard_.pump_later(*this);
  shard_.timers().arm(timer_, session_.deadline());
}

bool LiveSession::catch_up() {
  const TimePoint now = shard_.now();
  while (session_.state() == Session::State::open && session_.deadline() <= now) on_timer(now);
  return session_.state() != Session::State::closed;
}

void LiveSession::on_timer(TimePoint now) {
  const bool probing = session_.probing();
  session_.advance(now);
  if (probing && !session_.probing() && probe_ != nullptr) {
    probe_->close_websocket(normal_closure);
    probe_ = nullptr;
  }
  if (session_.state() != Session::State::closed) arm();
  if (session_.has_output() || session_.probing() || session_.state() != Session::State::open) {
    shard_.pump_later(*this);
  }
}

}  // namespace quickclinic::transport
