#pragma once

#include "base/result.hpp"
#include "cluster/message.hpp"
#include "json/json.hpp"
#include "socketio/msgpack.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What the dialects have in common: envelopes of JSON or MessagePack, and the parts in them.
namespace quickclinic::cluster::wire {

using socketio::msgpack::Content;

/// Reads an envelope: JSON when it begins with `{`, else MessagePack. Bounded by
/// `cluster/dialect.hpp`.
Result<Content> read(std::string_view bytes);

/// The member, or null when it is missing or null.
const json::Value* find(const json::Object& object, std::string_view name);
/// Empty when it is missing or no text.
std::string text(const json::Object& object, std::string_view name);
/// A whole number that is not negative.
std::optional<std::uint64_t> number(const json::Object& object, std::string_view name);
/// Takes an array of texts; numbers count as texts. Missing: leaves `to` empty. False when it is
/// anything else.
bool read_texts(const json::Object& object, std::string_view name, std::vector<std::string>& to);
json::Array texts(const std::vector<std::string>& from);

/// `{rooms, except, flags}`. False when they are malformed.
bool read_options(const json::Object& envelope, std::string_view name, Message& message);
json::Object options(const Message& message);
/// Those of them that ask for something: `{}`, most often.
json::Object flags(const Message& message);

/// `[name, arguments…]`. Takes out of `content`; fails for names that are reserved.
Result<> read_event(json::Value& array, Content& content, Message& message);
json::Array event(Message& message);
/// A packet of type 2: `{type, data: [name, arguments…]}`.
Result<> read_packet(json::Value& packet, Content& content, Message& message);

/// The one value that an answer has. Missing: an answer without any.
Result<> read_answer(json::Object& envelope, std::string_view name, Content& content,
                     Message& message);
/// Null when the answer has none.
json::Value answer(Message& message);

/// What is known of sockets, as `fetchSockets` gives it.
bool read_sockets(const json::Value& array, socketio::SocketInfos& to);
json::Array sockets(const socketio::SocketInfos& from);

/// `value` as `JSON.stringify` writes it where Node has buffers in it.
json::Value with_buffers(json::Value value, const std::vector<std::string>& attachments);

}  // namespace quickclinic::cluster::wire
