#pragma once

#include "socketio/parser.hpp"

#include <memory>
#include <string_view>

namespace quickclinic::socketio {

/// `42/nsp,7["name",…]` for an event, `451-/nsp,7["name",…]` and the attachments when it has some;
/// `43/nsp,7[…]` for an acknowledgement, `40/nsp,{"sid":…}`, `44/nsp,{"message":…,"data":…}`,
/// `41/nsp,`. The leading 4 is Engine.IO's.
class DefaultParser final : public Parser {
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
