#include "chat/archive_line.hpp"

#include "json/json.hpp"

#include <array>
#include <cstdint>
#include <utility>

namespace quickclinic::chat {
namespace {

/// Writes one object, member by member.
class Line {
 public:
  explicit Line(std::string_view type) { text("type", type); }

  Line& text(std::string_view name, std::string_view value) {
    begin(name);
    json::append_string(out_, value);
    return *this;
  }
  Line& optional_text(std::string_view name, const std::optional<std::string>& value) {
    return value ? text(name, std::string_view(*value)) : *this;
  }
  Line& flag(std::string_view name, bool value) {
    begin(name);
    out_ += value ? "true" : "false";
    return *this;
  }
  Line& time(std::string_view name, WallTime value) { return text(name, iso8601(value)); }
  Line& optional_time(std::string_view name, const std::optional<WallTime>& value) {
    return value ? time(name, *value) : *this;
  }
  std::string end() { return std::move(out_) + "}\n"; }

 private:
  void begin(std::string_view name) {
    out_ += out_.empty() ? "{\"" : ",\"";
    out_.append(name).append("\":");
  }

  std::string out_;
};

constexpr std::string_view time_of(MarkKind kind) noexcept {
  return kind == MarkKind::read ? "readAt" : "deliveredAt";
}

struct WriteLine {
  std::string operator()(const ArchivedUser& user) const {
    return Line("user")
        .text("id", user.id.text())
        .optional_text("email", user.email)
        .text("name", user.name)
        .text("role", to_text(user.role))
        .flag("isActive", user.active)
        .optional_text("password", user.password_hash)
        .optional_text("doctorId", user.doctor_row)
        .optional_text("patientId", user.patient_row)
        .time("createdAt", user.created_at)
        .time("updatedAt", user.updated_at)
        .end();
  }
  std::string operator()(const ArchivedRelation& each) const {
    return Line("relation")
        .text("id", each.relation.id.text())
        .text("doctorsUserId", each.relation.doctor.text())
        .text("patientsUserId", each.relation.patient.text())
        .time("createdAt", each.relation.created_at)
        .time("updatedAt", each.updated_at)
        .end();
  }
  std::string operator()(const ArchivedMessage& each) const {
    return Line("message")
        .text("id", each.message.id.text())
        .text("relationId", each.message.relation.text())
        .text("senderId", each.message.sender.text())
        .text("text", each.message.text)
        .time("createdAt", each.message.created_at)
        .time("updatedAt", each.updated_at)
        .end();
  }
  std::string operator()(const ArchivedMark& each) const {
    return Line(to_text(each.kind))
        .text("relationId", each.relation.text())
        .text("userId", each.mark.user.text())
        .text("messageId", each.mark.message.text())
        .time(time_of(each.kind), each.mark.at)
        .end();
  }
  std::string operator()(const ArchivedNotification& each) const {
    const Notification& told = each.notification;
    return Line("notification")
        .text("id", told.id.text())
        .text("userId", told.user.text())
        .text("message", told.message)
        .optional_text("actionHref", told.action_href)
        .optional_text("actionLabel", told.action_label)
        .flag("isRead", told.is_read)
        .optional_text("status", each.status)
        .optional_time("readAt", each.read_at)
        .time("createdAt", told.created_at)
        .end();
  }
  std::string operator()(const Hold& hold) const {
    return Line("hold")
        .text("what", to_text(hold.what))
        .text("id", hold.id)
        .text("reason", hold.reason)
        .time("since", hold.since)
        .end();
  }
};

/// Reads one object and remembers the first member that was not as it should be.
class Members {
 public:
  explicit Members(const json::Object& object) : object_(object) {}

  std::optional<std::string> optional_text(std::string_view name) {
    const json::Value* value = object_.if_contains(name);
    if (!value || value->is_null()) return std::nullopt;
    const json::String* text = value->if_string();
    if (!text) return wrong<std::string>(name, "must be a text");
    if (json::view(*text).find('\0') != std::string_view::npos) {
      return wrong<std::string>(name, "holds a NUL");
    }
    return std::string(json::view(*text));
  }
  std::string text(std::string_view name) {
    auto value = optional_text(name);
    return value ? std::move(*value) : *wrong_or<std::string>(name, "is missing");
  }
  template <class Id>
  Id id(std::string_view name) {
    std::string value = text(name);
    if (value.empty()) note(name, "is empty");
    return Id(std::move(value));
  }
  bool flag(std::string_view name) {
    const json::Value* value = object_.if_contains(name);
    if (!value || !value->is_bool()) {
      note(name, "must be true or false");
      return false;
    }
    return value->get_bool();
  }
  std::optional<WallTime> optional_time(std::string_view name) {
    const auto value = optional_text(name);
    if (!value) return std::nullopt;
    const auto time = parse_iso8601(*value);
    if (!time) return wrong<WallTime>(name, "must be a time such as 2026-01-31T12:00:00.000Z");
    return time;
  }
  WallTime time(std::string_view name) {
    const auto value = optional_time(name);
    return value ? *value : *wrong_or<WallTime>(name, "is missing");
  }
  void note(std::string_view name, std::string_view what) {
    if (problem_.empty()) problem_ = std::string(name) + " " + std::string(what);
  }
  const std::string& problem() const noexcept { return problem_; }

 private:
  template <class T>
  std::optional<T> wrong(std::string_view name, std::string_view what) {
    note(name, what);
    return std::nullopt;
  }
  template <class T>
  std::optional<T> wrong_or(std::string_view name, std::string_view what) {
    note(name, what);
    return T();
  }

  const json::Object& object_;
  std::string problem_;
};

Role read_role(Members& members) {
  if (const auto role = parse_role(members.text("role"))) return *role;
  members.note("role", "must be PATIENT, DOCTOR or ADMIN");
  return Role::patient;
}

// Members are read in the order of the braces.
ArchiveRecord read_user(Members& members) {
  return ArchivedUser{.id = members.id<UserId>("id"),
                      .email = members.optional_text("email"),
                      .name = members.text("name"),
                      .role = read_role(members),
                      .active = members.flag("isActive"),
                      .password_hash = members.optional_text("password"),
                      .doctor_row = members.optional_text("doctorId"),
                      .patient_row = members.optional_text("patientId"),
                      .created_at = members.time("createdAt"),
                      .updated_at = members.time("updatedAt")};
}

ArchiveRecord read_relation(Members& members) {
  return ArchivedRelation{.relation = {.id = members.id<RelationId>("id"),
                                       .doctor = members.id<UserId>("doctorsUserId"),
                                       .patient = members.id<UserId>("patientsUserId"),
                                       .created_at = members.time("createdAt")},
                          .updated_at = members.time("updatedAt")};
}

ArchiveRecord read_message(Members& members) {
  return ArchivedMessage{.message = {.id = members.id<MessageId>("id"),
                                     .relation = members.id<RelationId>("relationId"),
                                     .sender = members.id<UserId>("senderId"),
                                     .text = members.text("text"),
                                     .created_at = members.time("createdAt")},
                         .updated_at = members.time("updatedAt")};
}

template <MarkKind kind>
ArchiveRecord read_mark(Members& members) {
  return ArchivedMark{.relation = members.id<RelationId>("relationId"),
                      .mark = {.user = members.id<UserId>("userId"),
                               .message = members.id<MessageId>("messageId"),
                               .at = members.time(time_of(kind))},
                      .kind = kind};
}

ArchiveRecord read_notification(Members& members) {
  return ArchivedNotification{.notification = {.id = members.id<NotificationId>("id"),
                                               .user = members.id<UserId>("userId"),
                                               .message = members.text("message"),
                                               .action_href = members.optional_text("actionHref"),
                                               .action_label = members.optional_text("actionLabel"),
                                               .is_read = members.flag("isRead"),
                                               .created_at = members.time("createdAt")},
                              .status = members.optional_text("status"),
                              .read_at = members.optional_time("readAt")};
}

ArchiveRecord read_hold(Members& members) {
  const std::string what = members.text("what");
  if (what != to_text(Held::user) && what != to_text(Held::relation)) {
    members.note("what", "must be user or relation");
  }
  return Hold{.what = what == to_text(Held::user) ? Held::user : Held::relation,
              .id = members.text("id"),
              .reason = members.text("reason"),
              .since = members.time("since")};
}

constexpr std::array<std::pair<std::string_view, ArchiveRecord (*)(Members&)>, 7> readers = {{
    {"user", read_user},
    {"relation", read_relation},
    {"message", read_message},
    {"read", read_mark<MarkKind::read>},
    {"delivered", read_mark<MarkKind::delivered>},
    {"notification", read_notification},
    {"hold", read_hold},
}};

}  // namespace

std::string_view to_text(Held what) noexcept { return what == Held::user ? "user" : "relation"; }

std::string_view to_text(MarkKind kind) noexcept {
  return kind == MarkKind::read ? "read" : "delivered";
}

std::string archive_line(const ArchiveRecord& record) { return std::visit(WriteLine(), record); }

Result<ArchiveRecord> read_archive_line(std::string_view line) {
  const auto value = json::parse(line);
  if (!value) return fail(json::JsonError::malformed, "it is not JSON");
  if (!value->is_object()) return fail(json::JsonError::wrong_type, "it is no JSON object");
  Members members(value->get_object());
  const std::string type = members.text("type");
  for (const auto& [name, read] : readers) {
    if (name != type) continue;
    ArchiveRecord record = read(members);
    if (!members.problem().empty()) return fail(json::JsonError::wrong_type, members.problem());
    return record;
  }
  if (!members.problem().empty()) return fail(json::JsonError::wrong_type, members.problem());
  return fail(json::JsonError::wrong_type, "its type is not known");
}

}  // namespace quickclinic::chat
