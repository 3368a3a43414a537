// What the decoder lets through keeps to the protocol and its limits, and encoded again it decodes
// to the same.
//
// A script's lines are the messages of one client: `t…` text, `b…` binary, `o…` the beginning of an
// oversized one. After a refusal comes the next client.
#include "base/utf8.hpp"
#include "fuzz/fuzz_target.hpp"
#include "fuzz/same_json.hpp"
#include "fuzz/script.hpp"
#include "socketio/decoder.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace quickclinic::socketio;
using quickclinic::is_utf8;
using quickclinic::Result;
using quickclinic::fuzz::require;
using quickclinic::fuzz::same;
using quickclinic::fuzz::Script;
namespace json = quickclinic::json;

constexpr PacketLimits limits{.attachments_max = 4, .namespace_bytes_max = 20, .ack_digits_max = 6};

void check_head(const Packet& packet) {
  require(packet.nsp.starts_with('/') && packet.nsp.size() <= limits.namespace_bytes_max);
  require(packet.nsp.find_first_of("?,") == std::string::npos);
  require(packet.attachments.size() <= limits.attachments_max);
  require(!packet.id || *packet.id < 1'000'000);
}

void check_event(const Packet& packet) {
  require(packet.payload.is_array());
  require(is_utf8(packet.event) && !is_reserved_event(packet.event));
}

Packet decode(const Frames& frames) {
  Decoder decoder(limits);
  auto packet = decoder.text(frames.front()->packet().substr(1));
  for (std::size_t i = 1; i < frames.size(); ++i) {
    require(packet && !*packet);
    packet = decoder.binary(frames[i]->packet());
  }
  require(packet && *packet);
  return std::move(**packet);
}

void check_encoding(const Packet& packet) {
  const Arguments arguments{packet.payload.as_array(), packet.attachments};
  const Packet again =
      decode(packet.type == PacketType::event
                 ? default_parser().event({packet.nsp, packet.event, packet.id}, arguments)
                 : default_parser().ack(packet.nsp, *packet.id, arguments));
  require(again.type == packet.type && again.nsp == packet.nsp && again.id == packet.id);
  require(again.event == packet.event && again.attachments == packet.attachments);
  require(same(again.payload, packet.payload));
  require(again.flaw == Flaw::none);
}

void check(const Packet& packet) {
  check_head(packet);
  switch (packet.type) {
    case PacketType::connect:
      require(packet.payload.is_null() || packet.payload.is_object());
      return;
    case PacketType::disconnect:
      require(packet.payload.is_null());
      return;
    case PacketType::event:
      check_event(packet);
      check_encoding(packet);
      return;
    case PacketType::ack:
      require(packet.payload.is_array() && packet.id);
      check_encoding(packet);
      return;
    case PacketType::connect_error:
    case PacketType::binary_event:
    case PacketType::binary_ack:
      break;
  }
  require(false);
}

std::optional<Result<std::optional<Packet>>> receive(Decoder& decoder, const Script::Step& step,
                                                     json::Storage storage) {
  if (step.verb == 't') return decoder.text(step.argument, std::move(storage));
  if (step.verb == 'b') return decoder.binary(step.argument);
  if (step.verb != 'o') return std::nullopt;
  Result<Packet> packet = decoder.oversized(step.argument);
  if (!packet) return std::unexpected(packet.error());
  require(packet->flaw == Flaw::oversized && packet->payload.as_array().empty());
  return std::optional(std::move(*packet));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script script(data, size);
  Decoder decoder(limits);
  while (const auto step = script.next()) {
    json::Arena arena;
    const bool waited = decoder.waits_for_attachments();
    const auto packet = receive(decoder, *step, json::Storage(&arena));
    if (!packet) continue;
    if (!*packet) {
      decoder = Decoder(limits);
      continue;
    }
    require(waited == (step->verb == 'b'));
    require((*packet)->has_value() != decoder.waits_for_attachments());
    if (**packet) check(***packet);
  }
  return 0;
}
