#include "cluster/streams_dialect.hpp"

#include "base/base64.hpp"
#include "cluster/error.hpp"
#include "cluster/numbered.hpp"
#include "socketio/msgpack.hpp"

#include <charconv>
#include <utility>

namespace quickclinic::cluster {
namespace {

std::unexpected<Error> malformed(std::string what) {
  return fail(ClusterError::malformed, std::move(what));
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// JSON, or MessagePack in Base64.
Result<wire::Content> content_of(std::string_view data) {
  if (data.size() > message_bytes_max) return fail(ClusterError::too_large);
  if (data.starts_with('{')) return wire::read(data);
  const auto bytes = base64_decode(data);
  if (!bytes) return malformed("data");
  return wire::read(*bytes);
}

}  // namespace

std::string_view field(const EntryFields& fields, std::string_view name) noexcept {
  for (const auto& [key, value] : fields) {
    if (key == name) return value;
  }
  return {};
}

StreamsDialect::StreamsDialect(StreamsOptions options)
    : StreamsDialect(std::move(options), numbered::new_id()) {}

StreamsDialect::StreamsDialect(StreamsOptions options, std::string id)
    : options_(std::move(options)), id_(std::move(id)) {}

std::string StreamsDialect::new_request() const { return numbered::new_id(); }

std::string StreamsDialect::general_channel(std::string_view nsp) const {
  return options_.channel_prefix + "#" + std::string(nsp) + "#";
}

std::vector<Subscription> StreamsDialect::subscriptions(std::string_view nsp) const {
  return {{channels(), general_channel(nsp)}, {channels(), general_channel(nsp) + id_ + "#"}};
}

Subscription StreamsDialect::roll(std::string_view nsp) const {
  return {channels(), general_channel(nsp)};
}

Outgoing StreamsDialect::write(Message message) const {
  std::string channel = general_channel(message.who.nsp);
  if (!message.to.empty()) channel += message.to + "#";
  const json::Object envelope = numbered::envelope(message, id_);
  return {channels(), std::move(channel),
          socketio::msgpack::write(envelope, message.arguments.attachments)};
}

Result<Message> StreamsDialect::read(std::string_view nsp, Topic, std::string_view bytes) const {
  return numbered::read_envelope(nsp, bytes);
}

bool StreamsDialect::belongs_in_stream(const Message& message) noexcept {
  switch (message.kind) {
    case MessageKind::broadcast:
    case MessageKind::join:
    case MessageKind::leave:
    case MessageKind::disconnect:
      return true;
    default:
      return false;
  }
}

EntryFields StreamsDialect::write_entry(Message message) const {
  const numbered::Body body = numbered::body(message);
  const auto& attachments = message.arguments.attachments;
  return {{"uid", id_},
          {"nsp", message.who.nsp},
          {"type", std::to_string(body.type)},
          {"data", attachments.empty()
                       ? json::to_text(body.data)
                       : base64_encode(socketio::msgpack::write(body.data, attachments))}};
}

Result<Message> StreamsDialect::read_entry(const EntryFields& fields) {
  const auto type = number(field(fields, "type"));
  if (!type) return malformed("no type");
  auto content = content_of(field(fields, "data"));
  if (!content) return std::unexpected(content.error());
  json::Object* data = content->value.if_object();
  if (data == nullptr) return malformed("no data");
  return numbered::read(*type, std::string(field(fields, "uid")), std::string(field(fields, "nsp")),
                        *data, *content);
}

}  // namespace quickclinic::cluster
