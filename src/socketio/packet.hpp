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
  std::size_t namespace_bytes_max = 256;  ///< with its slash; a query behind it is cut off
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
};

/// An encoded packet: the text frame, then one frame for each attachment. They go out together or
/// not at all.
using Frames = std::vector<engineio::FramePtr>;

/// `42/nsp,7["name",…]`, or `451-/nsp,7["name",…]` and the attachments. `arguments` is a JSON
/// array's inside, already encoded: what follows the event's name, with its leading comma when
/// there is any.
Frames encode_event(std::string_view nsp, std::string_view name, std::string_view arguments,
                    std::optional<AckId> id = {}, std::span<const std::string> attachments = {});
Frames encode_event(std::string_view nsp, std::string_view name, const Arguments& arguments,
                    std::optional<AckId> id = {});
/// `43/nsp,7[…]`. `arguments` is the whole array, encoded.
Frames encode_ack(std::string_view nsp, AckId id, std::string_view arguments,
                  std::span<const std::string> attachments = {});
Frames encode_ack(std::string_view nsp, AckId id, const Arguments& arguments);

engineio::FramePtr encode_connect(std::string_view nsp, std::string_view socket_id);
/// `44/nsp,{"message":…,"data":…}`; no data when it is null.
engineio::FramePtr encode_connect_error(std::string_view nsp, std::string_view message,
                                        const json::Value& data);
engineio::FramePtr encode_disconnect(std::string_view nsp);

/// `connect`, `disconnect`, `newListener` and their like: never the name of an event on the wire.
bool is_reserved_event(std::string_view name) noexcept;

}  // namespace quickclinic::socketio
