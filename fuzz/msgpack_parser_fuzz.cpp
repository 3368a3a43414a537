// What the MessagePack parser lets through keeps to the protocol and its limits, and encoded again
// it decodes to the same.
#include "base/utf8.hpp"
#include "fuzz/fuzz_target.hpp"
#include "fuzz/same_json.hpp"
#include "socketio/msgpack_parser.hpp"

#include <string_view>

namespace {

using namespace quickclinic::socketio;
using quickclinic::is_utf8;
using quickclinic::fuzz::require;
using quickclinic::fuzz::same;
namespace json = quickclinic::json;

constexpr PacketLimits limits{.attachments_max = 4, .namespace_bytes_max = 20, .ack_digits_max = 6};

void check_encoding(const MsgpackParser& parser, const Packet& packet) {
  const Arguments arguments{packet.payload.as_array(), packet.attachments};
  const Frames frames = packet.type == PacketType::event
                            ? parser.event({packet.nsp, packet.event, packet.id}, arguments)
                            : parser.ack(packet.nsp, *packet.id, arguments);
  require(frames.size() == 1);
  const auto again = parser.read(frames);
  require(again && again->type == packet.type && again->nsp == packet.nsp);
  require(again->id == packet.id && again->event == packet.event);
  require(again->attachments == packet.attachments && same(again->payload, packet.payload));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const MsgpackParser parser;
  const auto read = parser.new_decoder(limits)->binary(bytes, {});
  if (!read) return 0;
  require(read->has_value());
  const Packet& packet = **read;
  require(packet.nsp.starts_with('/') && packet.nsp.size() <= limits.namespace_bytes_max);
  require(!packet.id || *packet.id <= std::uint64_t{1} << 53U);
  require(is_utf8(json::to_text(packet.payload)));
  if (packet.type == PacketType::event) {
    require(is_utf8(packet.event) && !is_reserved_event(packet.event));
    check_encoding(parser, packet);
  }
  if (packet.type == PacketType::ack) {
    require(packet.id.has_value());
    check_encoding(parser, packet);
  }
  return 0;
}
