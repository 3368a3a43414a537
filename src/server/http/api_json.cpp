#include "server/http/api_json.hpp"

#include "json/writer.hpp"

#include <string_view>

namespace quickclinic::server::api {
namespace {

// Writes objects member by member: histories go out without a tree in between.
class Members {
 public:
  explicit Members(json::Writer& writer) : writer_(writer) { writer_.begin_object(0); }
  ~Members() { writer_.end_object(0); }
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;

  Members& text(std::string_view name, std::string_view value) {
    writer_.name(name);
    writer_.text(value);
    return *this;
  }
  Members& number(std::string_view name, std::int64_t value) {
    writer_.name(name);
    writer_.integer(value);
    return *this;
  }
  Members& flag(std::string_view name, bool value) {
    writer_.name(name);
    writer_.boolean(value);
    return *this;
  }
  Members& null(std::string_view name) {
    writer_.name(name);
    writer_.null();
    return *this;
  }

 private:
  json::Writer& writer_;
};

void put_chat(json::Writer& writer, const chat::Message& message, const chat::Member& author) {
  const std::string created_at = iso8601(message.created_at);
  Members(writer)
      .text("id", message.id.text())
      .text("doctorPatientRelationId", message.relation.text())
      .text("text", message.text)
      .text("senderId", message.sender.text())
      .text("senderName", author.name)
      .text("senderRole", to_text(author.side))
      .text("createdAt", created_at)
      .text("updatedAt", created_at);  // messages are never changed
}

void put_summary(json::Writer& writer, const chat::RelationSummary& summary, bool with_text) {
  Members members(writer);
  members.text("id", summary.relation.id.text())
      .text("doctorsUserId", summary.relation.doctor.text())
      .text("patientsUserId", summary.relation.patient.text())
      .text("doctorName", summary.doctor_name)
      .text("patientName", summary.patient_name);
  if (summary.last && with_text) {
    members.text("lastMessage", summary.last->text);
  } else {
    members.null("lastMessage");
  }
  if (summary.last) {
    members.text("lastMessageAt", iso8601(summary.last->created_at));
  } else {
    members.null("lastMessageAt");
  }
  members.number("unreadCount", summary.unread);
}

}  // namespace

json::Object user(const chat::User& user) {
  return {{"id", user.id.text()},
          {"name", user.name},
          {"email", user.email},
          {"role", to_text(user.role)}};
}

std::string relation(const chat::AddedRelation& relation) {
  return json::to_text(json::Object{{"relation",
                                     {{"id", relation.relation.id.text()},
                                      {"doctorsUserId", relation.relation.doctor.text()},
                                      {"patientsUserId", relation.relation.patient.text()},
                                      {"createdAt", iso8601(relation.relation.created_at)}}},
                                    {"isNew", relation.added}});
}

std::string relations(const std::vector<chat::RelationSummary>& summaries, bool with_text) {
  std::string out = "{\"relations\":";
  json::TextWriter writer(out);
  writer.begin_array(summaries.size());
  for (const chat::RelationSummary& summary : summaries) put_summary(writer, summary, with_text);
  writer.end_array(summaries.size());
  out.push_back('}');
  return out;
}

std::string chat(const chat::Message& message, const chat::Member& author) {
  std::string out = "{\"chat\":";
  json::TextWriter writer(out);
  put_chat(writer, message, author);
  out.push_back('}');
  return out;
}

std::string chats(const chat::MessagePage& page, const chat::PageRequest& request,
                  const chat::Conversation& conversation, bool with_read_state) {
  // Divided, because a page number from a client may be as large as a number can be.
  const std::int64_t pages = (page.total + request.limit - 1) / request.limit;
  std::string out = "{\"chats\":";
  json::TextWriter writer(out);
  writer.begin_array(page.messages.size());
  for (const chat::Message& message : page.messages) {
    put_chat(writer, message, conversation.author(message.sender));
  }
  writer.end_array(page.messages.size());
  out += ",\"pagination\":";
  Members(writer)
      .number("currentPage", request.page)
      .number("pageSize", request.limit)
      .number("totalMessages", page.total)
      .number("totalPages", pages)
      .flag("hasNextPage", request.page < pages)
      .flag("hasPreviousPage", request.page > 1);
  if (with_read_state) {
    out += ",\"readState\":";
    Members marks(writer);
    for (const chat::Mark& mark : page.marks) marks.text(mark.user.text(), mark.message.text());
  }
  out.push_back('}');
  return out;
}

json::Object notification(const chat::Notification& notification) {
  json::Object object{{"id", notification.id.text()}, {"message", notification.message}};
  if (notification.action_href) object["actionHref"] = *notification.action_href;
  if (notification.action_label) object["actionLabel"] = *notification.action_label;
  object["createdAt"] = iso8601(notification.created_at);
  object["isRead"] = notification.is_read;
  return object;
}

json::Object appointment(const chat::Appointment& appointment) {
  json::Object object{{"id", appointment.id.text()},
                      {"patientName", appointment.patient_name},
                      {"patientString", appointment.patient_email}};
  if (appointment.gender) object["gender"] = *appointment.gender;
  object["appointmentDate"] = iso8601(appointment.date);
  object["appointmentTime"] = iso8601(appointment.begins_at);
  object["status"] = appointment.status;
  object["city"] = appointment.city.value_or("N/A");
  if (appointment.age) object["age"] = *appointment.age;
  if (appointment.payment_method) object["paymentMethod"] = *appointment.payment_method;
  return object;
}

}  // namespace quickclinic::server::api
