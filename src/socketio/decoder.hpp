#pragma once

#include "base/result.hpp"
#include "json/json.hpp"
#include "socketio/packet.hpp"
#include "socketio/parser.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::socketio {

/// Turns the messages of one client into packets, holding back one that waits for its binary
/// attachments.
///
/// Bounded by `PacketLimits` and by the size of a message; the bytes of attachments gathered count
/// against `attachment_bytes_max`.
class Decoder final : public PacketDecoder {
 public:
  explicit Decoder(const PacketLimits& limits = {}) : limits_(limits) {}

  /// Nothing when the packet still waits for attachments.
  Result<std::optional<Packet>> text(std::string_view message, json::Storage storage = {}) override;
  /// The next attachment owed.
  Result<std::optional<Packet>> binary(std::string_view bytes, json::Storage storage = {}) override;
  Result<Packet> oversized(std::string_view beginning) const override;

  bool waits_for_attachments() const noexcept { return waiting_ != nullptr; }

  static constexpr std::size_t attachment_bytes_max = 4'000'000;  ///< of one packet, together

 private:
  struct Waiting {
    Packet packet;
    std::size_t owed = 0;
    std::size_t bytes = 0;
  };
  PacketLimits limits_;
  std::unique_ptr<Waiting> waiting_;
};

}  // namespace quickclinic::socketio
