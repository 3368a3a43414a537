#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "engineio/frame.hpp"
#include "engineio/handshake.hpp"
#include "engineio/payload.hpp"
#include "engineio/settings.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::engineio {

/// Why a session ended, in the protocol's fixed words.
enum class CloseReason {
  none,
  transport_error,  ///< the client broke a rule, or the connection failed
  transport_close,  ///< the connection went away, or the client said so
  ping_timeout,
  parse_error,
  forced_close,  ///< the server closed it
};
std::string_view to_text(CloseReason reason) noexcept;

enum class Delivery {
  reliable,    ///< sent, or the session is closed
  if_writable  ///< dropped when the client cannot take it right now
};

/// Whoever drives a session. Told when the application, from outside the host's own calls, has
/// given it work.
class SessionHost {
 public:
  /// There is output where there was none, or the state has changed. Only to be noted: the session
  /// may be in the middle of a call.
  virtual void session_stirred() = 0;

 protected:
  ~SessionHost() = default;
};

/// One client's Engine.IO session, whichever transport carries it at the moment.
///
/// Pure protocol: owns no socket, reads no clock, starts no timer. Its host feeds it packets and
/// the time, calls `advance` at `deadline()`, and after every call looks at `state()` and
/// `has_output()`. Not thread-safe: every call comes from the session's shard. Bounded by `Limits`:
/// a client that does not read is closed with `transport_error`.
class Session {
 public:
  enum class State {
    open,
    closing,  ///< over for the application; what is queued still goes out, then the transport is
              ///< closed
    closed,   ///< over for everybody
  };

  Session(SessionId id, const Settings& settings, TransportKind transport, TimePoint now,
          Encoding encoding = {});

  /// `host` outlives the session, or takes itself out with null.
  void set_host(SessionHost* host) noexcept { host_ = host; }

  const SessionId& id() const noexcept { return id_; }
  State state() const noexcept { return state_; }
  CloseReason close_reason() const noexcept { return close_reason_; }
  /// Whether it ended because the client did not read what was queued for it.
  bool overflowed() const noexcept { return overflowed_; }
  TransportKind transport() const noexcept { return transport_; }
  Protocol protocol() const noexcept { return encoding_.protocol; }

  // -- what the client says
  // -----------------------------------------------------------------------------------

  struct Received {
    bool is_message = false;  ///< else the packet was the protocol's own and has been dealt with
    bool binary = false;
    std::string_view data;  ///< the message; borrows from the packet
  };

  /// Takes one packet that came over the current transport. A packet that breaks the protocol
  /// closes the session and answers `bad_packet`. A session that is not open takes nothing. A
  /// binary packet of protocol 3 has its type in front.
  Result<Received> receive(IncomingPacket packet, TimePoint now);

  /// The current transport went away without a word.
  void transport_lost(CloseReason reason = CloseReason::transport_close);

  // -- what the client is told
  // --------------------------------------------------------------------------------

  /// Queues a packet. False when it was dropped: the session is not open, the packet was
  /// `if_writable` and the client is not, or it went past a limit, which closes the session.
  bool send(FramePtr frame, Delivery delivery = Delivery::reliable);

  /// Ends the session from this side, after what is queued.
  void close(CloseReason reason);
  /// Ends it because of something that the client did: what is queued is dropped, and only a GET
  /// that waits still has its answer.
  void break_off(CloseReason reason);

  bool has_output() const noexcept { return !queue_.empty(); }
  /// WebSocket: moves everything queued into `frames`. The transport carries it from here on.
  void take_frames(std::vector<FramePtr>& frames);
  /// WebSocket: the transport holds unsent bytes (true) or has written them all (false).
  void set_congested(bool congested) noexcept { congested_ = congested; }
  /// Everything has been written after `closing`, or cannot be: the session is over.
  void finish() noexcept { state_ = State::closed; }

  // -- HTTP long-polling
  // --------------------------------------------------------------------------------------

  enum class Poll {
    wait,     ///< nothing to say yet: hold the request, `take_payload` will have its answer
    answer,   ///< `take_payload` has it now
    overlap,  ///< another GET is waiting: answer that one `1`, this one 400; the session is over
    refused,  ///< not a polling session any more: 400
  };
  /// A GET came in.
  Poll poll_begins();
  /// The waiting GET went away unanswered: the session is over.
  void poll_aborted();
  bool poll_waits() const noexcept { return poll_waits_; }
  /// The body for the waiting GET: what is queued, as much as fits; at the end of a session `1`, or
  /// `6` when the client itself has closed it; `6` when an upgrade has waited long enough for the
  /// transport to fall silent. Nothing when it should go on waiting. `compressible`, when given, is
  /// set to whether no packet of the body refuses compression.
  std::optional<std::string> take_payload(bool* compressible = nullptr);

  // -- upgrade from polling to WebSocket
  // ----------------------------------------------------------------------

  /// A WebSocket with this session's id came in. False: there is one already, or nothing to
  /// upgrade; close it.
  bool probe_begins(TimePoint now);

  enum class Probe {
    answer,    ///< write `probe_answer_frame()` to the new WebSocket; a waiting GET may have an
               ///< answer now, or when `advance` is due
    upgraded,  ///< the WebSocket is the transport from here on; a waiting GET has an answer
    failed,    ///< close the new WebSocket; polling goes on
  };
  /// A packet came over the WebSocket that is not the transport yet.
  Probe probe_receives(IncomingPacket packet);
  /// That WebSocket went away, or its time is up. Polling goes on.
  void probe_ends() noexcept { probe_ = ProbeState::none; }
  bool probing() const noexcept { return probe_ != ProbeState::none; }

  // -- time
  // ---------------------------------------------------------------------------------------------------

  /// When `advance` is due. To be looked at again after `receive` took a packet that was no
  /// message, after `probe_begins` and after `advance`; everything else only moves it later.
  TimePoint deadline() const noexcept;
  /// Sends the ping, ends a silent session, lets a waiting GET go for an upgrade, or gives up an
  /// unfinished one (`probing()` turns false). Calling early does nothing.
  void advance(TimePoint now);

 private:
  enum class ProbeState { none, waits, answered };

  /// A ping or pong of protocol 3; nothing when the packet is neither.
  std::optional<Result<Received>> receive_heartbeat_v3(std::string_view packet, TimePoint now);
  bool fits(const Frame& frame) const noexcept;
  /// How much of the queue goes into one polling body, in packets, beginning with the first.
  std::size_t payload_packets() const noexcept;
  void end(CloseReason reason, State state);
  TimePoint noop_at() const noexcept;
  bool wants_silence() const noexcept;

  const Settings& settings_;
  SessionHost* host_ = nullptr;
  SessionId id_;
  TransportKind transport_;
  Encoding encoding_;
  State state_ = State::open;
  CloseReason close_reason_ = CloseReason::none;
  ProbeState probe_ = ProbeState::none;
  bool waits_for_pong_ = false;
  bool poll_waits_ = false;
  bool noop_due_ = false;
  bool congested_ = false;
  bool closed_by_client_ = false;
  bool overflowed_ = false;
  TimePoint heartbeat_;  // of the next ping, or of the end when one is owed to us
  TimePoint probe_deadline_;
  std::vector<FramePtr> queue_;
  std::size_t queue_bytes_ = 0;
};

}  // namespace quickclinic::engineio
