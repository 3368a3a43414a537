#include "engineio/session.hpp"

#include "engineio/error.hpp"
#include "engineio/payload_v3.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace quickclinic::engineio {

namespace {

constexpr char message_type_v3 = '\x04';

// The type byte of a binary packet of protocol 3 as it stands in front of a text packet; empty when
// there is none.
std::string_view type_digit(std::string_view packet) noexcept {
  static constexpr std::string_view digits = "0123456";
  const std::size_t type = packet.empty() ? digits.size() : static_cast<unsigned char>(packet[0]);
  return type < digits.size() ? digits.substr(type, 1) : std::string_view();
}

}  // namespace

std::string_view to_text(CloseReason reason) noexcept {
  switch (reason) {
    case CloseReason::none:
      return "";
    case CloseReason::transport_error:
      return "transport error";
    case CloseReason::transport_close:
      return "transport close";
    case CloseReason::ping_timeout:
      return "ping timeout";
    case CloseReason::parse_error:
      return "parse error";
    case CloseReason::forced_close:
      return "forced close";
  }
  return "";
}

Session::Session(SessionId id, const Settings& settings, TransportKind transport, TimePoint now,
                 Encoding encoding)
    : settings_(settings),
      id_(std::move(id)),
      transport_(transport),
      encoding_(encoding),
      heartbeat_(now + settings.ping_interval) {
  if (protocol() == Protocol::v3) heartbeat_ += settings.ping_timeout;
}

Result<Session::Received> Session::receive(IncomingPacket packet, TimePoint now) {
  if (state_ != State::open) return Received{};
  if (protocol() == Protocol::v3) {
    if (packet.binary && packet.data.starts_with(message_type_v3)) {
      return Received{true, true, packet.data.substr(1)};
    }
    if (packet.binary) packet = {type_digit(packet.data), false};
    if (auto received = receive_heartbeat_v3(packet.data, now)) return std::move(*received);
  }
  if (packet.binary) return Received{true, true, packet.data};
  const char type = packet.data.empty() ? '\0' : packet.data.front();
  switch (type) {
    case '4':
      return Received{true, false, packet.data.substr(1)};
    case '3':  // Engine.IO v4, "Heartbeat": the next ping is due an interval after the pong
      waits_for_pong_ = false;
      heartbeat_ = now + settings_.ping_interval;
      return Received{};
    case '1':
      closed_by_client_ = true;
      break_off(CloseReason::transport_close);
      return Received{};
    case '0':
    case '5':
    case '6':
      return Received{};  // meaningless from a client here, and harmless
    case '2':             // only servers ping since version 4
      break_off(CloseReason::transport_error);
      return fail(EngineError::bad_packet, "ping from the client");
    default:
      break_off(CloseReason::parse_error);
      return fail(EngineError::bad_packet, "unknown type");
  }
}

std::optional<Result<Session::Received>> Session::receive_heartbeat_v3(std::string_view packet,
                                                                       TimePoint now) {
  if (packet.starts_with('2')) {
    heartbeat_ = now + settings_.ping_interval + settings_.ping_timeout;
    send(pong_frame());
    return Received{};
  }
  if (packet.starts_with('3')) {  // only clients ping in version 3
    break_off(CloseReason::transport_error);
    return fail(EngineError::bad_packet, "pong from the client");
  }
  return std::nullopt;
}

void Session::transport_lost(CloseReason reason) { end(reason, State::closed); }

void Session::close(CloseReason reason) { end(reason, State::closing); }

void Session::end(CloseReason reason, State state) {
  if (state_ == State::open) close_reason_ = reason;
  if (state_ != State::closed) state_ = state;
  probe_ = ProbeState::none;
  if (host_ != nullptr) host_->session_stirred();
}

void Session::break_off(CloseReason reason) {
  queue_.clear();
  queue_bytes_ = 0;
  end(reason,
      transport_ == TransportKind::websocket || poll_waits_ ? State::closing : State::closed);
}

bool Session::fits(const Frame& frame) const noexcept {
  return queue_.size() < settings_.limits.queue_packets_max &&
         queue_bytes_ + frame.packet().size() <= settings_.limits.queue_bytes_max;
}

bool Session::send(FramePtr frame, Delivery delivery) {
  if (state_ != State::open) return false;
  if (delivery == Delivery::if_writable) {
    const bool writable = transport_ == TransportKind::websocket ? !congested_ : poll_waits_;
    if (!writable || !fits(*frame)) return false;
  }
  if (!fits(*frame)) {
    // The client does not read. What is queued would come too late to be worth its memory.
    overflowed_ = true;
    break_off(CloseReason::transport_error);
    return false;
  }
  const std::size_t bytes = frame->packet().size();
  try {
    queue_.push_back(std::move(frame));
  } catch (...) {
    break_off(CloseReason::transport_error);  // memory is a limit too; the other receivers go on
    return false;
  }
  queue_bytes_ += bytes;
  if (queue_.size() == 1 && host_ != nullptr) host_->session_stirred();
  return true;
}

void Session::take_frames(std::vector<FramePtr>& frames) {
  if (protocol() == Protocol::v3) {
    for (FramePtr& frame : queue_) frame = to_v3(frame, encoding_.base64);
  }
  frames.insert(frames.end(), std::make_move_iterator(queue_.begin()),
                std::make_move_iterator(queue_.end()));
  queue_bytes_ = 0;
  if (queue_.capacity() > 64) {
    queue_ = {};  // an idle session keeps no trace of a burst
  } else {
    queue_.clear();
  }
}

Session::Poll Session::poll_begins() {
  if (state_ == State::closed || transport_ != TransportKind::polling) return Poll::refused;
  if (poll_waits_) {
    // Engine.IO v4, "HTTP long-polling": one GET at a time, or the session ends.
    break_off(CloseReason::transport_error);
    return Poll::overlap;
  }
  poll_waits_ = true;
  const bool ready = has_output() || state_ == State::closing || wants_silence();
  return ready ? Poll::answer : Poll::wait;
}

void Session::poll_aborted() {
  poll_waits_ = false;
  end(CloseReason::transport_error, State::closed);
}

std::size_t Session::payload_packets() const noexcept {
  std::size_t bytes = 0;
  std::size_t packets = 0;
  for (; packets < queue_.size(); ++packets) {
    const Frame& frame = *queue_[packets];
    bytes += protocol() == Protocol::v4 ? payload_bytes(frame) : payload_bytes_v3(frame);
    if (packets > 0 && bytes > settings_.limits.payload_bytes_max) break;
  }
  return packets;
}

std::optional<std::string> Session::take_payload(bool* compressible) {
  if (!poll_waits_) return std::nullopt;
  const std::size_t packets = payload_packets();
  const FramePtr* last = nullptr;  // what is said behind the queue
  if (packets == queue_.size()) {
    if (state_ == State::closing) {
      last = closed_by_client_ ? &noop_frame() : &close_frame();
    } else if (packets == 0 && (wants_silence() || transport_ != TransportKind::polling)) {
      // Engine.IO v4, "Upgrade": a noop ends the GET, so that the client can leave polling.
      last = &noop_frame();
    }
  }
  if (packets == 0 && last == nullptr) return std::nullopt;
  if (last != nullptr) queue_.push_back(*last);
  const std::span<const FramePtr> taken(queue_.data(), packets + (last != nullptr ? 1 : 0));
  std::string body;
  if (protocol() == Protocol::v3) {
    body = encode_payload_v3(taken, encoding_.base64);
  } else {
    for (const FramePtr& frame : taken) append_to_payload(body, *frame);
  }
  if (compressible != nullptr) {
    *compressible = std::ranges::all_of(taken, [](const auto& f) { return f->compressible(); });
  }
  for (const FramePtr& frame : taken.first(packets)) queue_bytes_ -= frame->packet().size();
  queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(taken.size()));
  if (state_ == State::closing && last != nullptr) state_ = State::closed;
  poll_waits_ = false;
  return body;
}

bool Session::probe_begins(TimePoint now) {
  if (state_ != State::open || transport_ != TransportKind::polling || !settings_.allow_upgrades)
    return false;
  if (probe_ != ProbeState::none) return false;
  probe_ = ProbeState::waits;
  probe_deadline_ = now + settings_.upgrade_timeout;
  noop_due_ = false;
  return true;
}

Session::Probe Session::probe_receives(IncomingPacket packet) {
  if (state_ == State::open && !packet.binary) {
    if (probe_ == ProbeState::waits && packet.data == "2probe") {
      probe_ = ProbeState::answered;
      return Probe::answer;
    }
    if (probe_ == ProbeState::answered && packet.data == "5") {
      probe_ = ProbeState::none;
      transport_ = TransportKind::websocket;
      // The heartbeat goes on as it was: neither a ping nor its pong is lost in an upgrade.
      return Probe::upgraded;
    }
  }
  probe_ = ProbeState::none;
  return Probe::failed;
}

// A GET that waits is about to be answered anyway when there is traffic, and clients count packets:
// so nothing is said at once, as in Node.
TimePoint Session::noop_at() const noexcept {
  return probe_deadline_ - settings_.upgrade_timeout + settings_.upgrade_noop_delay;
}

bool Session::wants_silence() const noexcept { return probe_ == ProbeState::answered && noop_due_; }

TimePoint Session::deadline() const noexcept {
  if (probe_ == ProbeState::none) return heartbeat_;
  return std::min({heartbeat_, probe_deadline_, noop_due_ ? TimePoint::max() : noop_at()});
}

void Session::advance(TimePoint now) {
  if (probe_ != ProbeState::none) {
    if (now >= noop_at()) noop_due_ = true;
    if (now >= probe_deadline_) probe_ = ProbeState::none;
  }
  if (now < heartbeat_ || state_ == State::closed) return;
  if (state_ == State::closing) {
    state_ = State::closed;  // nobody came to fetch the end
    return;
  }
  if (waits_for_pong_ || protocol() == Protocol::v3) {
    break_off(CloseReason::ping_timeout);
    return;
  }
  waits_for_pong_ = true;
  // Counted from when the ping was due, so that a host that is a little late closes no later; one
  // that was stopped for longer gives the client its time all the same.
  const bool in_time = now - heartbeat_ <= settings_.ping_timeout / 4;
  heartbeat_ = (in_time ? heartbeat_ : now) + settings_.ping_timeout;
  queue_.push_back(ping_frame());  // past the limits: it is what finds out that they are met
  queue_bytes_ += ping_frame()->packet().size();
}

}  // namespace quickclinic::engineio
