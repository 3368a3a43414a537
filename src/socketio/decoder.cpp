#include "socketio/decoder.hpp"

#include "base/utf8.hpp"
#include "socketio/error.hpp"
#include "socketio/packet_check.hpp"

#include <algorithm>
#include <utility>

namespace quickclinic::socketio {
namespace {

// The name in `["name",` of an event whose JSON is not all there to be parsed. One that needs an
// escape is nobody's handler, and counts as none.
std::optional<std::string_view> plain_name(std::string_view payload) {
  if (!payload.starts_with("[\"")) return std::nullopt;
  const std::size_t end = payload.find('"', 2);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view name = payload.substr(2, end - 2);
  const bool bare = std::ranges::none_of(
      name, [](char c) { return c == '\\' || static_cast<unsigned char>(c) < 0x20U; });
  if (!bare || !is_utf8(name)) return std::nullopt;
  return name;
}

PacketType plain(PacketType type) {
  if (type == PacketType::binary_event) return PacketType::event;
  if (type == PacketType::binary_ack) return PacketType::ack;
  return type;
}

}  // namespace

Result<std::optional<Packet>> Decoder::text(std::string_view message, json::Storage storage) {
  if (waiting_) return fail(SocketError::missing_attachment, "text instead of an attachment");
  const Result<PacketHead> head = parse_head(message, limits_);
  if (!head) return std::unexpected(head.error());
  // A packet that waits for attachments outlives this call and owns its memory.
  if (head->attachments > 0) storage = json::Storage();
  json::Lenient parsed{json::Value(nullptr, storage), false};
  if (!head->payload.empty()) {
    auto read = json::parse_lenient(head->payload, std::move(storage));
    if (!read) return fail(SocketError::bad_payload, read.error().describe());
    parsed.repaired = read->repaired;
    parsed.value.swap(read->value);  // both live in `storage`: nothing is copied
  }
  Packet packet{.type = plain(head->type),
                .nsp = std::string(head->nsp),
                .id = head->id,
                .payload = std::move(parsed.value),
                .event = {},
                .attachments = {},
                .flaw = parsed.repaired ? Flaw::lone_surrogate : Flaw::none};
  const Result<> checked = check_payload(packet, !head->payload.empty());
  if (!checked) return std::unexpected(checked.error());
  if (head->attachments == 0) return packet;
  if (!placeholders_fit(packet.payload, head->attachments))
    return fail(SocketError::missing_attachment);
  waiting_ = std::make_unique<Waiting>(Waiting{std::move(packet), head->attachments, 0});
  return std::nullopt;
}

Result<std::optional<Packet>> Decoder::binary(std::string_view bytes, json::Storage /*storage*/) {
  if (!waiting_) return fail(SocketError::unexpected_attachment);
  waiting_->bytes += bytes.size();
  if (waiting_->bytes > attachment_bytes_max)
    return fail(SocketError::bad_payload, "attachments too large");
  waiting_->packet.attachments.emplace_back(bytes);
  if (waiting_->packet.attachments.size() < waiting_->owed) return std::nullopt;
  Packet packet = std::move(waiting_->packet);
  waiting_.reset();
  return packet;
}

Result<Packet> Decoder::oversized(std::string_view beginning) const {
  if (waiting_) return fail(SocketError::missing_attachment, "text instead of an attachment");
  const Result<PacketHead> head = parse_head(beginning, limits_);
  if (!head) return std::unexpected(head.error());
  if (head->type != PacketType::event) return fail(SocketError::bad_payload, "oversized");
  const auto name = plain_name(head->payload);
  if (!name) return fail(SocketError::bad_payload, "oversized event without a name");
  if (is_reserved_event(*name)) return fail(SocketError::reserved_event);
  return Packet{.type = PacketType::event,
                .nsp = std::string(head->nsp),
                .id = head->id,
                .payload = json::Array(),
                .event = std::string(*name),
                .attachments = {},
                .flaw = Flaw::oversized};
}

}  // namespace quickclinic::socketio
