#include "cluster/classic_dialect.hpp"

#include "base/random.hpp"
#include "cluster/error.hpp"
#include "cluster/wire.hpp"

#include <array>
#include <utility>

namespace quickclinic::cluster {
namespace {

using wire::Content;

constexpr std::size_t id_characters = 6;
constexpr int event_type = 2;  // of a packet

// The numbers that stand for requests and answers.
enum Type : std::uint8_t {
  sockets_type,
  rooms_type,
  join_type,
  leave_type,
  disconnect_type,
  fetch_type,
  server_event_type,
  question_type,
  client_count_type,
  client_answer_type
};

std::unexpected<Error> malformed(std::string what) {
  return fail(ClusterError::malformed, std::move(what));
}

// A pattern that matches exactly what begins with `prefix`.
std::string pattern(std::string_view prefix) {
  std::string glob;
  for (const char c : prefix) {
    if (std::string_view(R"(*?[]\)").contains(c)) glob.push_back('\\');
    glob.push_back(c);
  }
  return glob + '*';
}

// -- writing

json::Object packet(Message& message) {
  return {{"type", event_type}, {"data", wire::event(message)}, {"nsp", message.who.nsp}};
}

json::Object selection(const Message& message) {
  return {{"rooms", wire::texts(message.who.rooms)}, {"except", wire::texts(message.who.except)}};
}

std::string pack(json::Value envelope, const Message& message) {
  return socketio::msgpack::write(envelope, message.arguments.attachments);
}

std::string broadcast_bytes(Message& message) {
  return pack(json::Array{message.sender, packet(message), wire::options(message)}, message);
}

std::string question_bytes(Message& message) {
  json::Object envelope{{"uid", message.sender}, {"requestId", message.request}};
  envelope["type"] = question_type;
  envelope["packet"] = packet(message);
  envelope["opts"] = wire::options(message);
  return pack(std::move(envelope), message);
}

std::string client_answer_bytes(Message& message) {
  json::Object envelope{{"type", client_answer_type}, {"requestId", message.request}};
  if (!message.arguments.values.empty()) envelope["packet"] = wire::answer(message);
  return pack(std::move(envelope), message);
}

json::Object request(const Message& message, Type type) {
  json::Object envelope{{"uid", message.sender}};
  if (!message.request.empty()) envelope["requestId"] = message.request;
  envelope["type"] = type;
  return envelope;
}

json::Object server_event(Message& message) {
  json::Object envelope = request(message, server_event_type);
  envelope["data"] = wire::with_buffers(wire::event(message), message.arguments.attachments);
  return envelope;
}

json::Object server_answer(Message& message) {
  json::Object envelope{{"type", server_event_type}, {"requestId", message.request}};
  if (!message.arguments.values.empty()) {
    envelope["data"] = wire::with_buffers(wire::answer(message), message.arguments.attachments);
  }
  return envelope;
}

json::Object json_envelope(Message& message) {
  switch (message.kind) {
    case MessageKind::join:
    case MessageKind::leave: {
      json::Object envelope =
          request(message, message.kind == MessageKind::join ? join_type : leave_type);
      envelope["opts"] = selection(message);
      envelope["rooms"] = wire::texts(message.rooms);
      return envelope;
    }
    case MessageKind::disconnect: {
      json::Object envelope = request(message, disconnect_type);
      envelope["opts"] = selection(message);
      envelope["close"] = message.close_clients;
      return envelope;
    }
    case MessageKind::find_sockets: {
      json::Object envelope = request(message, fetch_type);
      envelope["opts"] = selection(message);
      return envelope;
    }
    case MessageKind::find_ids: {
      json::Object envelope = request(message, sockets_type);
      envelope["rooms"] = wire::texts(message.who.rooms);
      return envelope;
    }
    case MessageKind::find_rooms:
      return request(message, rooms_type);
    case MessageKind::server_event:
      return server_event(message);
    case MessageKind::server_answer:
      return server_answer(message);
    case MessageKind::client_count:
      return {{"type", client_count_type},
              {"requestId", message.request},
              {"clientCount", message.clients}};
    case MessageKind::sockets:
      return {{"requestId", message.request}, {"sockets", wire::sockets(message.sockets)}};
    case MessageKind::ids:
      return {{"requestId", message.request}, {"sockets", wire::texts(message.rooms)}};
    case MessageKind::rooms:
      return {{"requestId", message.request}, {"rooms", wire::texts(message.rooms)}};
    case MessageKind::broadcast:
    case MessageKind::question:
    case MessageKind::client_answer:
    case MessageKind::done:
      break;
  }
  return {{"requestId", message.request}};
}

// -- reading

Result<Message> read_broadcast(std::string_view nsp, std::string_view bytes) {
  auto content = wire::read(bytes);
  if (!content) return std::unexpected(content.error());
  json::Array* parts = content->value.if_array();
  if (parts == nullptr || parts->size() < 2 || !parts->front().is_string()) {
    return malformed("no broadcast");
  }
  Message message;
  message.sender = json::view(parts->front().get_string());
  message.who.nsp = "/";
  json::Value& packet = (*parts)[1];
  if (!packet.is_object()) return malformed("no packet");
  if (std::string named = wire::text(packet.get_object(), "nsp"); !named.empty()) {
    message.who.nsp = std::move(named);
  }
  if (message.who.nsp != nsp) return malformed("another namespace");
  if (parts->size() > 2 && !(*parts)[2].is_null()) {
    const json::Object envelope{{"opts", std::move((*parts)[2])}};
    if (!wire::read_options(envelope, "opts", message)) return malformed("options");
  }
  if (const Result<> read = wire::read_packet(packet, *content, message); !read) {
    return std::unexpected(read.error());
  }
  return message;
}

// A change to one socket, as servers of long ago ask for it; or to those that options select.
Result<> read_change(const json::Object& envelope, Message& message) {
  const bool moves = message.kind != MessageKind::disconnect;
  const json::Value* close = wire::find(envelope, "close");
  message.close_clients = close != nullptr && close->is_bool() && close->get_bool();
  if (std::string socket = wire::text(envelope, "sid"); !socket.empty()) {
    message.who.rooms.push_back(std::move(socket));
    if (moves) message.rooms.push_back(wire::text(envelope, "room"));
    return {};
  }
  message.request.clear();  // nobody answers
  if (!wire::read_options(envelope, "opts", message)) return malformed("options");
  if (!wire::read_texts(envelope, "rooms", message.rooms)) return malformed("rooms");
  return {};
}

Result<> read_selection(const json::Object& envelope, Message& message) {
  if (!wire::read_options(envelope, "opts", message)) return malformed("options");
  return {};
}

Result<> read_data(json::Object& envelope, Content& content, Message& message) {
  json::Value* data = envelope.if_contains("data");
  if (data == nullptr) return malformed("no event");
  return wire::read_event(*data, content, message);
}

Result<> read_question(json::Object& envelope, Content& content, Message& message) {
  if (const Result<> selected = read_selection(envelope, message); !selected) return selected;
  json::Value* packet = envelope.if_contains("packet");
  if (packet == nullptr) return malformed("no packet");
  return wire::read_packet(*packet, content, message);
}

Result<> read_request(json::Object& envelope, Content& content, Message& message) {
  const auto type = wire::number(envelope, "type");
  if (!type) return malformed("no type");
  switch (*type) {
    case sockets_type:
      message.kind = MessageKind::find_ids;
      if (!wire::read_texts(envelope, "rooms", message.who.rooms)) return malformed("rooms");
      return {};
    case rooms_type:
      message.kind = MessageKind::find_rooms;
      return {};
    case join_type:
      message.kind = MessageKind::join;
      return read_change(envelope, message);
    case leave_type:
      message.kind = MessageKind::leave;
      return read_change(envelope, message);
    case disconnect_type:
      message.kind = MessageKind::disconnect;
      return read_change(envelope, message);
    case fetch_type:
      message.kind = MessageKind::find_sockets;
      return read_selection(envelope, message);
    case server_event_type:
      message.kind = MessageKind::server_event;
      return read_data(envelope, content, message);
    case question_type:
      message.kind = MessageKind::question;
      return read_question(envelope, content, message);
    default:
      return malformed("unknown request");
  }
}

// Answers to most requests have no type: what is in them tells.
Result<> read_answer(json::Object& envelope, Content& content, Message& message) {
  if (const auto type = wire::number(envelope, "type")) {
    switch (*type) {
      case server_event_type:
        message.kind = MessageKind::server_answer;
        return wire::read_answer(envelope, "data", content, message);
      case client_count_type: {
        const auto count = wire::number(envelope, "clientCount");
        if (!count) return malformed("no count");
        message.kind = MessageKind::client_count;
        message.clients = *count;
        return {};
      }
      case client_answer_type:
        message.kind = MessageKind::client_answer;
        return wire::read_answer(envelope, "packet", content, message);
      default:
        return malformed("unknown answer");
    }
  }
  if (const json::Value* found = wire::find(envelope, "sockets")) {
    if (wire::read_sockets(*found, message.sockets)) {
      message.kind = MessageKind::sockets;
      return {};
    }
    message.sockets.clear();
    message.kind = MessageKind::ids;
    return wire::read_texts(envelope, "sockets", message.rooms) ? Result<>() : malformed("sockets");
  }
  if (wire::find(envelope, "rooms") != nullptr) {
    message.kind = MessageKind::rooms;
    return wire::read_texts(envelope, "rooms", message.rooms) ? Result<>() : malformed("rooms");
  }
  message.kind = MessageKind::done;
  return {};
}

}  // namespace

ClassicDialect::ClassicDialect(ClassicOptions options)
    : ClassicDialect(std::move(options), random_token(id_characters)) {}

ClassicDialect::ClassicDialect(ClassicOptions options, std::string id)
    : options_(std::move(options)), id_(std::move(id)) {}

std::string ClassicDialect::new_request() const { return random_token(id_characters); }

std::vector<Subscription> ClassicDialect::subscriptions(std::string_view nsp) const {
  const std::string name = "#" + std::string(nsp) + "#";
  const auto classic = ChannelKind::classic;
  return {
      {classic, pattern(options_.key + name), Topic::broadcasts, true},
      {classic, options_.key + "-request" + name, Topic::requests},
      {classic, options_.key + "-response" + name, Topic::answers},
      {classic, options_.key + "-response" + name + id_ + "#", Topic::answers},
  };
}

Subscription ClassicDialect::roll(std::string_view nsp) const { return subscriptions(nsp)[1]; }

std::optional<std::string_view> ClassicDialect::room_of(std::string_view nsp,
                                                        std::string_view channel) const {
  const std::string prefix = options_.key + "#" + std::string(nsp) + "#";
  if (!channel.starts_with(prefix)) return std::nullopt;
  channel.remove_prefix(prefix.size());
  if (channel.ends_with('#')) channel.remove_suffix(1);
  return channel;
}

std::string ClassicDialect::broadcast_channel(const Message& message) const {
  const std::string general = options_.key + "#" + message.who.nsp + "#";
  return message.who.rooms.size() == 1 ? general + message.who.rooms.front() + "#" : general;
}

std::string ClassicDialect::answer_channel(const Message& message) const {
  const std::string general = options_.key + "-response#" + message.who.nsp + "#";
  // Node listens for answers to server-side events on the general channel alone.
  const bool apart = options_.answer_apart && message.kind != MessageKind::server_answer;
  return apart && !message.to.empty() ? general + message.to + "#" : general;
}

Outgoing ClassicDialect::write(Message message) const {
  const auto classic = ChannelKind::classic;
  const std::string requests = options_.key + "-request#" + message.who.nsp + "#";
  message.sender = id_;
  switch (message.kind) {
    case MessageKind::broadcast:
      return {classic, broadcast_channel(message), broadcast_bytes(message)};
    case MessageKind::question:
      return {classic, requests, question_bytes(message)};
    case MessageKind::client_answer:
      return {classic, answer_channel(message), client_answer_bytes(message)};
    case MessageKind::client_count:
    case MessageKind::sockets:
    case MessageKind::ids:
    case MessageKind::rooms:
    case MessageKind::server_answer:
    case MessageKind::done:
      return {classic, answer_channel(message), json::to_text(json_envelope(message))};
    default:
      return {classic, requests, json::to_text(json_envelope(message))};
  }
}

Result<Message> ClassicDialect::read(std::string_view nsp, Topic topic,
                                     std::string_view bytes) const {
  if (topic == Topic::broadcasts) return read_broadcast(nsp, bytes);
  auto content = wire::read(bytes);
  if (!content) return std::unexpected(content.error());
  json::Object* envelope = content->value.if_object();
  if (envelope == nullptr) return malformed("no object");
  Message message;
  message.who.nsp = nsp;
  message.sender = wire::text(*envelope, "uid");
  message.request = wire::text(*envelope, "requestId");
  const Result<> read = topic == Topic::requests ? read_request(*envelope, *content, message)
                                                 : read_answer(*envelope, *content, message);
  if (!read) return std::unexpected(read.error());
  return message;
}

}  // namespace quickclinic::cluster
