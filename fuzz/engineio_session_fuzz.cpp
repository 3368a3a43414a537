// Whatever a client, an application and the clock do to a session, in whatever order: it keeps its
// limits, loses and reorders nothing while it is open, never comes back, and ends when left alone.
//
// A script's first letter is the transport (`w` or `p`); its lines are
//   p… packet   b… binary packet   l transport lost   g GET   a GET aborted
//   u WebSocket for an upgrade     q… packet over it  e it ends
//   s… send     v… send if writable   B… send binary  k close   c congested   f written
//   t<n> n milliseconds pass       d the deadline comes
#include "engineio/session.hpp"
#include "fuzz/fuzz_target.hpp"
#include "fuzz/script.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace quickclinic::engineio;
using quickclinic::TimePoint;
using quickclinic::fuzz::number;
using quickclinic::fuzz::require;
using quickclinic::fuzz::Script;
using std::chrono::milliseconds;

constexpr char separator = '\x1e';
const Settings settings{
    .ping_interval = milliseconds(250),
    .ping_timeout = milliseconds(200),
    .upgrade_timeout = milliseconds(100),
    .allow_upgrades = true,
    .limits = {.payload_bytes_max = 64, .queue_packets_max = 8, .queue_bytes_max = 200}};

/// Drives a session as a transport would, and checks it after every step against what it promises.
class Host {
 public:
  explicit Host(TransportKind transport) : session_(new_session_id(0), settings, transport, now_) {}

  void run(const Script::Step& step) {
    act(step);
    look();
    flush();
    look();
  }

  /// Nobody calls any more but the clock.
  void leave_alone() {
    congested_ = true;
    for (int i = 0; i < 5; ++i) {
      pass(session_.deadline() - now_);
      look();
    }
    require(session_.state() == Session::State::closed);
  }

 private:
  void act(const Script::Step& step) {
    const bool polls = session_.poll_waits();
    switch (step.verb) {
      case 'p':
        receive({step.argument, false});
        break;
      case 'b':
        receive({step.argument, true});
        break;
      case 'l':
        session_.transport_lost();
        require(session_.state() == Session::State::closed);
        break;
      case 'g':
        check_poll(polls, session_.poll_begins());
        break;
      case 'a':
        if (polls) session_.poll_aborted();
        break;
      case 'u':
        if (session_.probe_begins(now_)) require(session_.probing());
        break;
      case 'q':
        if (session_.probing()) probe({step.argument, false});
        break;
      case 'e':
        session_.probe_ends();
        break;
      case 's':
        send("4" + std::string(step.argument), false, Delivery::reliable);
        break;
      case 'v':
        send("4" + std::string(step.argument), false, Delivery::if_writable);
        break;
      case 'B':
        send(std::string(step.argument), true, Delivery::reliable);
        break;
      case 'k':
        session_.close(CloseReason::forced_close);
        require(session_.state() != Session::State::open);
        break;
      case 'c':
        congested_ = session_.transport() == TransportKind::websocket;
        session_.set_congested(congested_);
        break;
      case 'f':
        congested_ = false;
        session_.set_congested(false);
        break;
      case 't':
        pass(milliseconds(number(step.argument) % 1000));
        break;
      case 'd':
        pass(session_.deadline() - now_);
        break;
      default:
        break;
    }
  }

  void receive(IncomingPacket packet) {
    const bool open = session_.state() == Session::State::open;
    const auto received = session_.receive(packet, now_);
    if (!received) require(open && session_.state() != Session::State::open);
    if (received && received->is_message) {
      require(open && session_.state() == Session::State::open);
      require(received->binary == packet.binary);
      require(packet.data.ends_with(received->data));
    }
  }

  void check_poll(bool another_waited, Session::Poll poll) {
    require((poll == Session::Poll::overlap) <= another_waited);
    if (poll == Session::Poll::overlap) {
      require(session_.state() != Session::State::open);
    } else if (poll != Session::Poll::refused) {
      require(session_.poll_waits());
      expects_answer_ = poll == Session::Poll::answer;
    }
  }

  void probe(IncomingPacket packet) {
    switch (session_.probe_receives(packet)) {
      case Session::Probe::answer:
        require(session_.probing());  // a waiting GET may wait a little more
        break;
      case Session::Probe::upgraded:
        require(session_.transport() == TransportKind::websocket && !session_.probing());
        expects_answer_ = session_.poll_waits();
        break;
      case Session::Probe::failed:
        require(!session_.probing());
        break;
    }
  }

  void send(std::string packet, bool binary, Delivery delivery) {
    if (packet.contains(separator) && !binary) return;  // a polling body cannot carry it
    const bool open = session_.state() == Session::State::open;
    if (session_.send(binary ? Frame::binary(packet) : Frame::text(packet), delivery)) {
      require(open);
      owed_.push_back(std::move(packet));
    } else if (delivery == Delivery::reliable) {
      require(session_.state() != Session::State::open);  // never dropped in silence
    }
  }

  void pass(TimePoint::duration time) {
    const bool early = time + now_ < session_.deadline();
    const TimePoint before = session_.deadline();
    const Session::State state = session_.state();
    if (time > TimePoint::duration::zero()) now_ += time;
    session_.advance(now_);
    if (early) require(session_.deadline() == before && session_.state() == state);
    if (session_.state() == Session::State::open) require(session_.deadline() > now_);
  }

  // What a host does after every call.
  void flush() {
    const bool open = session_.state() == Session::State::open;
    if (session_.poll_waits()) {
      const auto body = session_.take_payload();
      require(body || !expects_answer_);
      if (body) take(*body);
      require(session_.poll_waits() == !body);
    }
    expects_answer_ = false;
    if (session_.transport() == TransportKind::websocket && !congested_) {
      std::vector<FramePtr> frames;
      session_.take_frames(frames);
      for (const FramePtr& frame : frames) deliver(frame->packet(), frame->is_binary());
      if (open) require(owed_.empty());
      if (session_.state() == Session::State::closing) session_.finish();
    }
  }

  void take(std::string_view body) {
    PayloadReader reader(body);
    std::size_t bytes_max = settings.limits.payload_bytes_max;
    for (;;) {
      const auto packet = reader.next();
      require(packet.has_value());
      if (!*packet) break;
      deliver((*packet)->data, (*packet)->binary);
      // One alone may be larger, and has to go some day; what ends a session comes behind any.
      bytes_max = std::max(bytes_max, payload_bytes(*Frame::binary((*packet)->data)));
    }
    require(body.size() <= bytes_max + 2);
  }

  void deliver(std::string_view packet, bool binary) {
    if (!binary && !packet.starts_with('4')) {
      require(packet == "1" || packet == "2" || packet == "6");
      return;
    }
    require(!owed_.empty() && owed_.front() == packet);
    owed_.pop_front();
  }

  // What holds between any two calls.
  void look() {
    const Session::State state = session_.state();
    const bool open = state == Session::State::open;
    require(state >= state_);
    require(session_.transport() == transport_ || transport_ == TransportKind::polling);
    require(open == (session_.close_reason() == CloseReason::none));
    require(state_ == Session::State::open || session_.close_reason() == reason_);
    require(!session_.probing() || (open && session_.transport() == TransportKind::polling));
    state_ = state;
    reason_ = session_.close_reason();
    transport_ = session_.transport();

    if (!open && !session_.has_output()) owed_.clear();  // the end may have dropped them
    require(owed_.empty() || session_.has_output());
    std::size_t bytes = 0;
    for (const std::string& packet : owed_) bytes += packet.size();
    require(owed_.size() <= settings.limits.queue_packets_max);
    require(bytes <= settings.limits.queue_bytes_max);
  }

  TimePoint now_{};
  Session session_;
  Session::State state_ = Session::State::open;
  CloseReason reason_ = CloseReason::none;
  TransportKind transport_ = session_.transport();
  bool congested_ = false;
  bool expects_answer_ = false;
  std::deque<std::string> owed_;  // sent by the application, not yet given to a transport
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script script(data, size);
  const auto first = script.next();
  if (!first) return 0;
  Host host(first->verb == 'w' ? TransportKind::websocket : TransportKind::polling);
  while (const auto step = script.next()) host.run(*step);
  host.leave_alone();
  return 0;
}
