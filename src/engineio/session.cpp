#include "engineio/session.hpp"

#include "engineio/error.hpp"

#include <algorithm>
#include <utility>

namespace quickclinic::engineio {

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

Session::Session(SessionId id, const Settings& settings, TransportKind transport, TimePoint now)
    : settings_(settings),
      id_(std::move(id)),
      transport_(transport),
      heartbeat_(now + settings.ping_interval) {}

Result<Session::Received> Session::receive(IncomingPacket packet, TimePoint now) {
  if (state_ != State::open) return Received{};
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
    break_off(CloseReason::transport_error);
    return false;
  }
  queue_bytes_ += frame->packet().size();
  queue_.push_back(std::move(frame));
  if (queue_.size() == 1 && host_ != nullptr) host_->session_stirred();
  return true;
}

void Session::take_frames(std::vector<FramePtr>& frames) {
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
  const bool ready = has_output() || state_ == State::closing || probe_ == ProbeState::answered;
  return ready ? Poll::answer : Poll::wait;
}

void Session::poll_aborted() {
  poll_waits_ = false;
  end(CloseReason::transport_error, State::closed);
}

std::optional<std::string> Session::take_payload(bool* compressible) {
  if (!poll_waits_) return std::nullopt;
  std::string body;
  bool may_compress = true;
  std::size_t taken = 0;
  while (taken < queue_.size()) {
    const std::size_t more = payload_bytes(*queue_[taken]);
    if (taken > 0 && body.size() + more > settings_.limits.payload_bytes_max) break;
    append_to_payload(body, *queue_[taken]);
    queue_bytes_ -= queue_[taken]->packet().size();
    may_compress = may_compress && queue_[taken]->compressible();
    ++taken;
  }
  queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(taken));
  if (queue_.empty()) {
    if (state_ == State::closing) {
      append_to_payload(body, closed_by_client_ ? *noop_frame() : *close_frame());
      state_ = State::closed;
    } else if (body.empty() &&
               (probe_ == ProbeState::answered || transport_ != TransportKind::polling)) {
      // Engine.IO v4, "Upgrade": a noop ends the GET, so that the client can leave polling.
      append_to_payload(body, *noop_frame());
    }
  }
  if (body.empty()) return std::nullopt;
  if (compressible != nullptr) *compressible = may_compress;
  poll_waits_ = false;
  return body;
}

bool Session::probe_begins(TimePoint now) {
  if (state_ != State::open || transport_ != TransportKind::polling || !settings_.allow_upgrades)
    return false;
  if (probe_ != ProbeState::none) return false;
  probe_ = ProbeState::waits;
  probe_deadline_ = now + settings_.upgrade_timeout;
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

TimePoint Session::deadline() const noexcept {
  return probe_ == ProbeState::none ? heartbeat_ : std::min(heartbeat_, probe_deadline_);
}

void Session::advance(TimePoint now) {
  if (probe_ != ProbeState::none && now >= probe_deadline_) probe_ = ProbeState::none;
  if (now < heartbeat_ || state_ == State::closed) return;
  if (state_ == State::closing) {
    state_ = State::closed;  // nobody came to fetch the end
    return;
  }
  if (waits_for_pong_) {
    break_off(CloseReason::ping_timeout);
    return;
  }
  waits_for_pong_ = true;
  heartbeat_ = now + settings_.ping_timeout;
  queue_.push_back(ping_frame());  // past the limits: it is what finds out that they are met
  queue_bytes_ += ping_frame()->packet().size();
}

}  // namespace quickclinic::engineio
