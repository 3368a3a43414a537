#include "socketio/default_parser.hpp"

#include "socketio/decoder.hpp"

#include <string>

namespace quickclinic::socketio {
namespace {

using engineio::FrameBuilder;

PacketType with_attachments(PacketType plain, bool any) {
  if (!any) return plain;
  return plain == PacketType::event ? PacketType::binary_event : PacketType::binary_ack;
}

void append_head(std::string& out, PacketType type, std::size_t attachments, std::string_view nsp,
                 std::optional<AckId> id = {}) {
  out.push_back('4');  // Engine.IO message
  out.push_back(static_cast<char>('0' + static_cast<int>(type)));
  if (attachments > 0) {
    out += std::to_string(attachments);
    out.push_back('-');
  }
  if (nsp != "/") {
    out += nsp;
    out.push_back(',');
  }
  if (id) out += std::to_string(*id);
}

Frames with_attachments(FrameBuilder& text, const std::vector<std::string>& attachments,
                        bool compress = true) {
  Frames frames;
  frames.reserve(1 + attachments.size());
  frames.push_back(text.finish(compress));
  for (const std::string& bytes : attachments)
    frames.push_back(engineio::Frame::binary(bytes, compress));
  return frames;
}

// Opens the array of an event: `42/nsp,7["name"`.
void begin_event(FrameBuilder& builder, const EventHead& head, std::size_t attachments) {
  append_head(builder.out(), with_attachments(PacketType::event, attachments > 0), attachments,
              head.nsp, head.id);
  builder.out().push_back('[');
  json::append_string(builder.out(), head.name);
}

void end_event(FrameBuilder& builder, const EventHead& head) {
  if (!head.offset.empty()) {
    builder.out().push_back(',');
    json::append_string(builder.out(), head.offset);
  }
  builder.out().push_back(']');
}

std::size_t room_for(const EventHead& head) { return head.nsp.size() + head.name.size() + 48; }

}  // namespace

std::unique_ptr<PacketDecoder> DefaultParser::new_decoder(const PacketLimits& limits) const {
  return std::make_unique<Decoder>(limits);
}

Frames DefaultParser::event(const EventHead& head, const Arguments& arguments) const {
  FrameBuilder builder(room_for(head));
  begin_event(builder, head, arguments.attachments.size());
  for (const json::Value& value : arguments.values) {
    builder.out().push_back(',');
    json::append(builder.out(), value);
  }
  end_event(builder, head);
  return with_attachments(builder, arguments.attachments, head.compress);
}

Frames DefaultParser::event_text(const EventHead& head, std::string_view arguments) const {
  FrameBuilder builder(room_for(head) + arguments.size());
  begin_event(builder, head, 0);
  if (!arguments.empty()) {
    builder.out().push_back(',');
    builder.out() += arguments;
  }
  end_event(builder, head);
  return with_attachments(builder, {}, head.compress);
}

Frames DefaultParser::ack(std::string_view nsp, AckId id, const Arguments& arguments) const {
  FrameBuilder builder(nsp.size() + 48);
  append_head(builder.out(), with_attachments(PacketType::ack, !arguments.attachments.empty()),
              arguments.attachments.size(), nsp, id);
  builder.out().push_back('[');
  for (const json::Value& value : arguments.values) {
    if (&value != arguments.values.data()) builder.out().push_back(',');
    json::append(builder.out(), value);
  }
  builder.out().push_back(']');
  return with_attachments(builder, arguments.attachments);
}

Frames DefaultParser::ack_text(std::string_view nsp, AckId id, std::string_view arguments) const {
  FrameBuilder builder(nsp.size() + arguments.size() + 32);
  append_head(builder.out(), PacketType::ack, 0, nsp, id);
  builder.out() += arguments;
  return with_attachments(builder, {});
}

engineio::FramePtr DefaultParser::connect(std::string_view nsp, std::string_view socket_id,
                                          std::string_view session) const {
  FrameBuilder builder(nsp.size() + socket_id.size() + session.size() + 32);
  append_head(builder.out(), PacketType::connect, 0, nsp);
  builder.out() += "{\"sid\":";
  json::append_string(builder.out(), socket_id);
  if (!session.empty()) {
    builder.out() += ",\"pid\":";
    json::append_string(builder.out(), session);
  }
  builder.out().push_back('}');
  return builder.finish();
}

engineio::FramePtr DefaultParser::connect_error(std::string_view nsp, std::string_view message,
                                                const json::Value& data) const {
  FrameBuilder builder;
  append_head(builder.out(), PacketType::connect_error, 0, nsp);
  builder.out() += "{\"message\":";
  json::append_string(builder.out(), message);
  if (!data.is_null()) {
    builder.out() += ",\"data\":";
    json::append(builder.out(), data);
  }
  builder.out().push_back('}');
  return builder.finish();
}

engineio::FramePtr DefaultParser::disconnect(std::string_view nsp) const {
  FrameBuilder builder;
  append_head(builder.out(), PacketType::disconnect, 0, nsp);
  return builder.finish();
}

const Parser& default_parser() {
  static const DefaultParser parser;
  return parser;
}

}  // namespace quickclinic::socketio
