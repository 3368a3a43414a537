#pragma once

#include "base/result.hpp"
#include "json/json.hpp"
#include "socketio/packet.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::socketio {

/// A packet, whole and checked.
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

/// Turns the messages of one client into packets, holding back one that waits for its binary
/// attachments.
///
/// Every error is final: the client broke the protocol and has to be closed. Bounded by
/// `PacketLimits` and by the size of a message; the bytes of attachments gathered count against
/// `attachment_bytes_max`.
class Decoder {
 public:
  explicit Decoder(PacketLimits limits = {}) : limits_(limits) {}

  /// A text message. Nothing when the packet still waits for attachments. The payload of a packet
  /// that is complete at once lives in `storage`; keep it alive as long as the packet.
  Result<std::optional<Packet>> text(std::string_view message, json::Storage storage = {});

  /// A binary message: the next attachment owed.
  Result<std::optional<Packet>> binary(std::string_view bytes);

  /// A text message of which only the beginning was kept, because it is larger than may be read.
  /// Succeeds for an event whose head and name can be read: it comes out without arguments, with
  /// `Flaw::oversized`.
  Result<Packet> oversized(std::string_view beginning) const;

  bool waits_for_attachments() const noexcept { return waiting_.has_value(); }

  static constexpr std::size_t attachment_bytes_max = 4'000'000;  ///< of one packet, together

 private:
  struct Waiting {
    Packet packet;
    std::size_t owed = 0;
    std::size_t bytes = 0;
  };
  PacketLimits limits_;
  std::optional<Waiting> waiting_;
};

}  // namespace quickclinic::socketio
