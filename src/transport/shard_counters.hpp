#pragma once

#include "engineio/error.hpp"
#include "engineio/handshake.hpp"
#include "engineio/session.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace quickclinic::transport {

/// Numbers by the values of an enumeration that begins at 0 or 1 and has at most `size` values.
template <class Enum, std::size_t size>
class CountsBy {
 public:
  std::uint64_t& operator[](Enum value) { return counts_.at(static_cast<std::size_t>(value)); }
  std::uint64_t operator[](Enum value) const { return counts_.at(static_cast<std::size_t>(value)); }

 private:
  std::array<std::uint64_t, size> counts_{};
};

/// What became of a request for a session of another node.
enum class PassedOn {
  answered,
  upgraded,     ///< became a WebSocket
  gone,         ///< refused: nobody knows that node, or nobody is there
  no_address,   ///< refused: the node is there, and does not say where
  failed,       ///< the other node broke off
  timed_out,    ///< the other node said nothing for too long
  too_many,     ///< refused: too much is on the way already
  client_left,  ///< before the answer was complete
};

/// What a shard has done since it began, for metrics: plain numbers of its own thread.
struct ShardCounters {
  using ByTransport = CountsBy<engineio::TransportKind, 2>;

  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_refused = 0;  ///< closed as they came: there were too many
  ByTransport handshakes;                 ///< sessions opened, by the transport they began with
  CountsBy<engineio::EngineError, 9> handshakes_refused;
  std::uint64_t handshakes_limited = 0;  ///< refused by `Options::handshake_limit`
  std::uint64_t upgrades = 0;            ///< from polling to WebSocket
  ByTransport sessions;                  ///< that are open now, by the transport they use
  CountsBy<engineio::CloseReason, 6> sessions_closed;
  std::uint64_t slow_readers = 0;       ///< sessions among them whose queue was full
  std::uint64_t messages_received = 0;  ///< of Engine.IO
  CountsBy<PassedOn, 8> passed_on;

  void upgraded() {
    ++upgrades;
    --sessions[engineio::TransportKind::polling];
    ++sessions[engineio::TransportKind::websocket];
  }
  void closed(const engineio::Session& session) {
    ++sessions_closed[session.close_reason()];
    if (session.overflowed()) ++slow_readers;
  }
};

}  // namespace quickclinic::transport
