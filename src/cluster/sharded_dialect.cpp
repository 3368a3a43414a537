#include "cluster/sharded_dialect.hpp"

#include "cluster/numbered.hpp"
#include "socketio/msgpack.hpp"

#include <utility>

namespace quickclinic::cluster {
namespace {

// The length of a text in JavaScript. `text` is UTF-8.
std::size_t utf16_length(std::string_view text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80U) ++units;
    if (byte >= 0xF0U) ++units;
  }
  return units;
}

}  // namespace

ShardedDialect::ShardedDialect(ShardedOptions options)
    : ShardedDialect(std::move(options), numbered::new_id()) {}

ShardedDialect::ShardedDialect(ShardedOptions options, std::string id)
    : options_(std::move(options)), id_(std::move(id)) {}

std::string ShardedDialect::new_request() const { return numbered::new_id(); }

std::string ShardedDialect::general_channel(std::string_view nsp) const {
  return options_.key + "#" + std::string(nsp) + "#";
}

std::vector<Subscription> ShardedDialect::subscriptions(std::string_view nsp) const {
  return {{ChannelKind::sharded, general_channel(nsp)},
          {ChannelKind::sharded, general_channel(nsp) + id_ + "#"}};
}

Subscription ShardedDialect::roll(std::string_view nsp) const {
  return {ChannelKind::sharded, general_channel(nsp)};
}

bool ShardedDialect::has_channel(std::string_view room) const {
  constexpr std::size_t socket_id_length = 20;
  return options_.rooms == RoomChannels::all ||
         (options_.rooms == RoomChannels::dynamic && utf16_length(room) != socket_id_length);
}

std::optional<Subscription> ShardedDialect::room_subscription(std::string_view nsp,
                                                              std::string_view room) const {
  if (!has_channel(room) || room == id_) return std::nullopt;  // that channel is heard anyway
  return Subscription{ChannelKind::sharded, general_channel(nsp) + std::string(room) + "#"};
}

std::string ShardedDialect::channel_for(const Message& message) const {
  const std::string general = general_channel(message.who.nsp);
  if (!message.to.empty()) return general + message.to + "#";
  const bool to_one_room = message.kind == MessageKind::broadcast && message.who.rooms.size() == 1;
  if (to_one_room && has_channel(message.who.rooms.front())) {
    return general + message.who.rooms.front() + "#";
  }
  return general;
}

Outgoing ShardedDialect::write(Message message) const {
  Outgoing outgoing{ChannelKind::sharded, channel_for(message), {}};
  const json::Object envelope = numbered::envelope(message, id_);
  const auto& attachments = message.arguments.attachments;
  outgoing.bytes = attachments.empty() ? json::to_text(envelope)
                                       : socketio::msgpack::write(envelope, attachments);
  return outgoing;
}

Result<Message> ShardedDialect::read(std::string_view nsp, Topic, std::string_view bytes) const {
  return numbered::read_envelope(nsp, bytes);
}

}  // namespace quickclinic::cluster
