#pragma once

#include "base/result.hpp"
#include "engineio/frame.hpp"
#include "json/json.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::socketio {

/// Socket.IO protocol 5, "Packet format". The values are those on the wire.
enum class PacketType { connect, disconnect, event, ack, connect_error, binary_event, binary_ack };

using AckId = std::uint64_t;

/// What a packet may announce. A number that was sent never decides how much is allocated.
struct PacketLimits {
  std::size_t attachments_max = 10;       ///< as the Node parser since 4.2.6
  std::size_t namespace_bytes_max = 256;  ///< with its slash, without a query behind it
  std::size_t ack_digits_max = 15;        ///< below 2^53, which JavaScript can count to
};

/// The part of a packet in front of its JSON. Borrows from the packet.
struct PacketHead {
  PacketType type = PacketType::event;
  std::size_t attachments = 0;
  std::string_view nsp = "/";
  std::optional<AckId> id;
  std::string_view payload;  ///< the rest: JSON, or empty
};

/// Reads the head in one pass. The namespace loses a query (`/chat?token=…`), as it does in Node.
Result<PacketHead> parse_head(std::string_view packet, const PacketLimits& limits = {});

/// What could not be given to the application as the client sent it.
enum class Flaw {
  none,
  lone_surrogate,  ///< U+FFFD stands where the JSON had an escaped surrogate without its partner
  oversized,       ///< the event was larger than may be read: it has its name and ack id, but no
                   ///< arguments
};

/// Arguments of an event or acknowledgement: JSON, in which `{"_placeholder":true,"num":n}` stands
/// for attachment n.
struct Arguments {
  json::Array values;
  std::vector<std::string> attachments;

  /// A copy for whoever keeps it: a plain one lives where this does, and what an event brought
  /// lives no longer than its handler's call.
  Arguments kept() const { return {json::Array(values, {}), attachments}; }
};

/// A packet from a client, whole and checked.
struct Packet {
  PacketType type =
      PacketType::event;  ///< `binary_event` and `binary_ack` have become their plain kinds
  std::string nsp = "/";
  std::optional<AckId> id;
  json::Value payload;  ///< connect: object or null; event, ack: array, without the event's name
  std::string event;    ///< the name of an event
  std::vector<std::string> attachments;
  Flaw flaw = Flaw::none;
};

/// An encoded packet: the text frame, then one frame for each attachment. They go out together or
/// not at all.
using Frames = std::vector<engineio::FramePtr>;

/// `connect`, `disconnect`, `newListener` and their like: never the name of an event on the wire.
bool is_reserved_event(std::string_view name) noexcept;

/// Whether an event of that name may be sent. Logs an error when it is reserved: the client would
/// take it for news from its own library.
bool may_send(std::string_view nsp, std::string_view event);

}  // namespace quickclinic::socketio
