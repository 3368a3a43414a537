#include "server/wire_format.hpp"

#include "json/json.hpp"

namespace quickclinic::server::wire {
namespace {

// `"name":"text"`, escaped.
void put(std::string& out, std::string_view name, std::string_view text) {
  out.push_back('"');
  out += name;
  out += "\":";
  json::append_string(out, text);
}

void put(std::string& out, std::string_view name, std::int64_t number) {
  out.push_back('"');
  out += name;
  out += "\":";
  out += std::to_string(number);
}

void put_message(std::string& out, const chat::Message& message, const chat::Member& author) {
  out += R"({"id":)";
  json::append_string(out, message.id.text());
  out += R"(,"text":)";
  json::append_string(out, message.text);
  out += R"(,"senderId":)";
  json::append_string(out, message.sender.text());
  out += R"(,"senderName":)";
  json::append_string(out, author.name);
  out += R"(,"senderRole":)";
  json::append_string(out, to_text(author.side));
  out += R"(,"createdAt":)";
  json::append_string(out, iso8601(message.created_at));
  out.push_back('}');
}

void put_person(std::string& out, std::string_view id, std::string_view name, chat::Role as) {
  put(out, "userId", id);
  out.push_back(',');
  put(out, "userName", name);
  out.push_back(',');
  put(out, "userRole", to_text(as));
}

// `"name":{"u1":"m2",…}`
void put_marks(std::string& out, std::string_view name, const std::vector<chat::Mark>& marks) {
  out.push_back('"');
  out += name;
  out += "\":{";
  bool first = true;
  for (const chat::Mark& mark : marks) {
    if (!first) out.push_back(',');
    first = false;
    json::append_string(out, mark.user.text());
    out.push_back(':');
    json::append_string(out, mark.message.text());
  }
  out.push_back('}');
}

void put_read(std::string& out, const chat::Mark& mark) {
  put(out, "messageId", mark.message.text());
  out.push_back(',');
  put(out, "readBy", mark.user.text());
  out.push_back(',');
  put(out, "readAt", iso8601(mark.at));
}

}  // namespace

std::string messages(const std::vector<chat::Message>& messages,
                     const chat::Conversation& conversation) {
  std::string out = "[";
  for (const chat::Message& one : messages) {
    if (out.size() > 1) out.push_back(',');
    put_message(out, one, conversation.author(one.sender));
  }
  out.push_back(']');
  return out;
}

std::string connected(const chat::Conversation& conversation) {
  std::string out = R"({"message":"Connected successfully",)";
  put_person(out, conversation.self().id.text(), conversation.self().name,
             conversation.self().side);
  out.push_back(',');
  put(out, "relationId", conversation.relation().text());
  out.push_back('}');
  return out;
}

std::string notification_connected(const chat::User& user) {
  std::string out = R"({"message":"Connected to notifications",)";
  put_person(out, user.id.text(), user.name, user.role);
  out.push_back('}');
  return out;
}

std::string initial_messages(const chat::MessagePage& page, const chat::PageRequest& request,
                             const chat::Conversation& conversation) {
  std::string out = "\"messages\":" + messages(page.messages, conversation) + ",\"pagination\":{";
  put(out, "page", request.page);
  out.push_back(',');
  put(out, "limit", request.limit);
  out.push_back(',');
  put(out, "total", page.total);
  // Divided, because a page number from a client may be as large as a number can be.
  const bool has_more = request.page < (page.total + request.limit - 1) / request.limit;
  out += has_more ? ",\"hasMore\":true}" : ",\"hasMore\":false}";
  out.push_back(',');
  put_marks(out, "readState", page.marks);
  return out;
}

std::string new_message(const chat::Message& message, const chat::Member& author) {
  constexpr std::size_t usual_bytes = 256;  // beside the text
  std::string out;
  out.reserve(message.text.size() + usual_bytes);
  out += R"({"message":)";
  put_message(out, message, author);
  out.push_back('}');
  return out;
}

std::string with_client_id(std::string_view new_message, const chat::ClientMessageId& client_id) {
  constexpr std::string_view end = "}}";
  constexpr std::string_view before = R"(,"clientMessageId":)";
  constexpr std::size_t quotes = 2;
  std::string out;
  out.reserve(new_message.size() + before.size() + client_id.text().size() + quotes);
  out += new_message.substr(0, new_message.size() - end.size());
  out += before;
  json::append_string(out, client_id.text());
  out += end;
  return out;
}

std::string user_typing(const chat::Member& member) {
  std::string out = "{";
  put_person(out, member.id.text(), member.name, member.side);
  out.push_back('}');
  return out;
}

std::string message_read(const chat::Mark& mark) {
  std::string out = "{";
  put_read(out, mark);
  out.push_back('}');
  return out;
}

std::string message_delivered(const chat::Mark& mark) {
  std::string out = "{";
  put(out, "messageId", mark.message.text());
  out.push_back(',');
  put(out, "deliveredTo", mark.user.text());
  out.push_back(',');
  put(out, "deliveredAt", iso8601(mark.at));
  out.push_back('}');
  return out;
}

std::string presence(const chat::UserId& user, const PresenceState& state) {
  std::string out = "{";
  put(out, "userId", user.text());
  out += state.online ? ",\"online\":true" : ",\"online\":false";
  if (state.last_seen) {
    out.push_back(',');
    put(out, "lastSeenAt", iso8601(*state.last_seen));
  }
  out.push_back('}');
  return out;
}

std::string conversation_message(const chat::RelationId& relation, std::string_view new_message) {
  std::string out = "{";
  put(out, "relationId", relation.text());
  out.push_back(',');
  out += fields(new_message);
  out.push_back('}');
  return out;
}

std::string conversation_read(const chat::RelationId& relation, const chat::Mark& mark) {
  std::string out = "{";
  put(out, "relationId", relation.text());
  out.push_back(',');
  put_read(out, mark);
  out.push_back('}');
  return out;
}

std::string watching(const std::vector<chat::Mark>& delivered, const chat::UserId& other,
                     const PresenceState& state) {
  std::string out;
  put_marks(out, "deliveredState", delivered);
  out += ",\"presence\":" + presence(other, state);
  return out;
}

std::string error_event(const ErrorReply& reply, std::string_view event) {
  std::string out = "{";
  put(out, "message", reply.message);
  out.push_back(',');
  put(out, "code", reply.code);
  out.push_back(',');
  put(out, "event", event);
  out.push_back('}');
  return out;
}

std::string_view fields(std::string_view object) { return object.substr(1, object.size() - 2); }

std::string ack(std::string_view fields) {
  constexpr std::size_t frame_bytes = 16;
  std::string out;
  out.reserve(fields.size() + frame_bytes);
  out += "[{\"ok\":true";
  if (!fields.empty()) {
    out.push_back(',');
    out += fields;
  }
  out += "}]";
  return out;
}

std::string refusing_ack(const ErrorReply& reply) {
  std::string out = "[{\"ok\":false,\"error\":{";
  put(out, "code", reply.code);
  out.push_back(',');
  put(out, "message", reply.message);
  out += "}}]";
  return out;
}

}  // namespace quickclinic::server::wire
