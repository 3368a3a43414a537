#include "socketio/msgpack_parser.hpp"

#include "base/utf8.hpp"
#include "socketio/error.hpp"
#include "socketio/msgpack.hpp"
#include "socketio/packet_check.hpp"

#include <array>
#include <string>
#include <utility>

namespace quickclinic::socketio {
namespace {

// A member of the packet's object; null counts as missing.
const json::Value* member(const json::Object& packet, std::string_view name) {
  const json::Value* found = packet.if_contains(name);
  return found == nullptr || found->is_null() ? nullptr : found;
}

std::optional<std::uint64_t> whole_number(const json::Value* value) {
  if (value == nullptr) return std::nullopt;
  if (value->is_uint64()) return value->get_uint64();
  if (value->is_int64() && value->get_int64() >= 0)
    return static_cast<std::uint64_t>(value->get_int64());
  return std::nullopt;
}

class Decoder final : public PacketDecoder {
 public:
  explicit Decoder(const PacketLimits& limits) : limits_(limits) {}

  Result<std::optional<Packet>> text(std::string_view, json::Storage) override {
    return fail(SocketError::bad_type, "text instead of msgpack");
  }

  Result<std::optional<Packet>> binary(std::string_view bytes, json::Storage) override {
    auto content = msgpack::read(bytes);
    if (!content) return std::unexpected(content.error());
    json::Object* fields = content->value.if_object();
    if (fields == nullptr) return fail(SocketError::bad_payload, "no packet");
    Packet packet;
    if (const Result<> head = read_head(*fields, packet); !head)
      return std::unexpected(head.error());
    const bool present = member(*fields, "data") != nullptr;
    if (present) packet.payload = std::move(*fields->if_contains("data"));
    packet.attachments = std::move(content->attachments);
    if (!placeholders_fit(packet.payload, packet.attachments.size()))
      return fail(SocketError::missing_attachment);
    const Result<> checked = check_payload(packet, present);
    if (!checked) return std::unexpected(checked.error());
    return packet;
  }

  Result<Packet> oversized(std::string_view) const override {
    return fail(SocketError::bad_payload, "oversized");
  }

 private:
  Result<> read_head(const json::Object& fields, Packet& packet) const {
    const auto type = whole_number(member(fields, "type"));
    constexpr auto last = static_cast<std::uint64_t>(PacketType::connect_error);
    if (!type || *type > last) return fail(SocketError::bad_type);
    packet.type = static_cast<PacketType>(*type);
    const json::Value* nsp = member(fields, "nsp");
    if (nsp == nullptr || !nsp->is_string()) return fail(SocketError::bad_namespace);
    packet.nsp = json::view(nsp->get_string());
    if (packet.nsp.size() > limits_.namespace_bytes_max) return fail(SocketError::bad_namespace);
    packet.nsp.resize(std::min(packet.nsp.find('?'), packet.nsp.size()));
    if (!packet.nsp.starts_with('/')) return fail(SocketError::bad_namespace);
    if (const json::Value* id = member(fields, "id")) {
      packet.id = whole_number(id);
      constexpr std::uint64_t largest = std::uint64_t{1} << 53U;  // that JavaScript can count to
      if (!packet.id || *packet.id > largest) return fail(SocketError::bad_ack_id);
    }
    return {};
  }

  PacketLimits limits_;
};

json::Object head(PacketType type, std::string_view nsp) {
  return {{"type", static_cast<int>(type)}, {"nsp", nsp}};
}

engineio::FramePtr frame(json::Object packet, const std::vector<std::string>& attachments = {},
                         bool compress = true) {
  return engineio::Frame::binary(msgpack::write(std::move(packet), attachments), compress);
}

Frames event_with(const EventHead& event, json::Array data,
                  const std::vector<std::string>& attachments) {
  data.insert(data.begin(), json::Value(event.name));
  if (!event.offset.empty()) data.emplace_back(event.offset);
  json::Object packet = head(PacketType::event, event.nsp);
  packet["data"] = std::move(data);
  if (event.id) packet["id"] = *event.id;
  return {frame(std::move(packet), attachments, event.compress)};
}

Frames ack_with(std::string_view nsp, AckId id, json::Array data,
                const std::vector<std::string>& attachments) {
  json::Object packet = head(PacketType::ack, nsp);
  packet["data"] = std::move(data);
  packet["id"] = id;
  return {frame(std::move(packet), attachments)};
}

// Our own text, which is JSON; what is not becomes nothing.
json::Array parsed(std::string_view array) {
  Result<json::Value> value = json::parse(array);
  return value && value->is_array() ? std::move(value->get_array()) : json::Array();
}

}  // namespace

std::unique_ptr<PacketDecoder> MsgpackParser::new_decoder(const PacketLimits& limits) const {
  return std::make_unique<Decoder>(limits);
}

Frames MsgpackParser::event(const EventHead& event, const Arguments& arguments) const {
  return event_with(event, json::Array(arguments.values, {}), arguments.attachments);
}

Frames MsgpackParser::event_text(const EventHead& event, std::string_view arguments) const {
  return event_with(event, parsed("[" + std::string(arguments) + "]"), {});
}

Frames MsgpackParser::ack(std::string_view nsp, AckId id, const Arguments& arguments) const {
  return ack_with(nsp, id, json::Array(arguments.values, {}), arguments.attachments);
}

Frames MsgpackParser::ack_text(std::string_view nsp, AckId id, std::string_view arguments) const {
  return ack_with(nsp, id, parsed(arguments), {});
}

engineio::FramePtr MsgpackParser::connect(std::string_view nsp, std::string_view socket_id,
                                          std::string_view session) const {
  json::Object packet = head(PacketType::connect, nsp);
  json::Object data{{"sid", socket_id}};
  if (!session.empty()) data["pid"] = session;
  packet["data"] = std::move(data);
  return frame(std::move(packet));
}

engineio::FramePtr MsgpackParser::connect_error(std::string_view nsp, std::string_view message,
                                                const json::Value& data) const {
  json::Object packet = head(PacketType::connect_error, nsp);
  json::Object reason{{"message", message}};
  if (!data.is_null()) reason["data"] = data;
  packet["data"] = std::move(reason);
  return frame(std::move(packet));
}

engineio::FramePtr MsgpackParser::disconnect(std::string_view nsp) const {
  return frame(head(PacketType::disconnect, nsp));
}

}  // namespace quickclinic::socketio
