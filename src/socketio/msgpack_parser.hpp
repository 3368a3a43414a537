#pragma once

#include "socketio/parser.hpp"

#include <memory>
#include <string_view>

namespace quickclinic::socketio {

/// Packets as MessagePack: one binary message each, attachments included. What npm's
/// `socket.io-msgpack-parser` 3 speaks; clients have to use it too (their option `parser`), as a
/// server with it understands nothing else. Smaller than text where there are numbers or bytes, and
/// slower to read and write here.
class MsgpackParser final : public Parser {
 public:
  std::unique_ptr<PacketDecoder> new_decoder(const PacketLimits& limits) const override;
  Frames event(const EventHead& head, const Arguments& arguments) const override;
  Frames event_text(const EventHead& head, std::string_view arguments) const override;
  Frames ack(std::string_view nsp, AckId id, const Arguments& arguments) const override;
  Frames ack_text(std::string_view nsp, AckId id, std::string_view arguments) const override;
  engineio::FramePtr connect(std::string_view nsp, std::string_view socket_id,
                             std::string_view session) const override;
  engineio::FramePtr connect_error(std::string_view nsp, std::string_view message,
                                   const json::Value& data) const override;
  engineio::FramePtr disconnect(std::string_view nsp) const override;
};

}  // namespace quickclinic::socketio
