#include "socketio/parser.hpp"

#include "socketio/error.hpp"

#include <limits>

namespace quickclinic::socketio {

Result<Packet> Parser::read(const Frames& frames) const {
  // A server may send what a client may not: these frames are our own, and nobody's to limit.
  constexpr std::size_t any = std::numeric_limits<std::size_t>::max();
  const std::unique_ptr<PacketDecoder> decoder =
      new_decoder({.attachments_max = any, .namespace_bytes_max = any, .ack_digits_max = 20});
  for (const engineio::FramePtr& frame : frames) {
    auto packet = frame->is_binary() ? decoder->binary(frame->packet(), {})
                                     : decoder->text(frame->packet().substr(1), {});
    if (!packet) return std::unexpected(packet.error());
    if (*packet) return std::move(**packet);
  }
  return fail(SocketError::missing_attachment);
}

}  // namespace quickclinic::socketio
