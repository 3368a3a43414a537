#include "server/archive/exporter.hpp"

#include <utility>

namespace quickclinic::server {

using chat::ArchivedMark;
using chat::ArchivedMessage;
using chat::ArchivedNotification;
using chat::ArchivedRelation;
using chat::ArchivedUser;

namespace {

// The part of an archive that a record stands in.
enum class Part { none, users, relations, conversations, notifications, holds };

Part part_of(const std::optional<chat::ArchiveRecord>& record) {
  if (!record) return Part::none;
  if (std::holds_alternative<ArchivedUser>(*record)) return Part::users;
  if (std::holds_alternative<ArchivedRelation>(*record)) return Part::relations;
  if (std::holds_alternative<ArchivedNotification>(*record)) return Part::notifications;
  if (std::holds_alternative<chat::Hold>(*record)) return Part::holds;
  return Part::conversations;
}

// The conversation in which the export before stopped.
chat::RelationId conversation_of(const std::optional<chat::ArchiveRecord>& record) {
  if (!record) return {};
  if (const auto* message = std::get_if<ArchivedMessage>(&*record))
    return message->message.relation;
  if (const auto* mark = std::get_if<ArchivedMark>(&*record)) return mark->relation;
  return {};
}

// Marks of reading stand before those of delivery, each by user.
std::pair<chat::MarkKind, chat::UserId> place_of(const ArchivedMark& mark) {
  return {mark.kind, mark.mark.user};
}

}  // namespace

bool Exporter::wants(const chat::Relation& relation) const {
  if (scope_.relation) return relation.id == scope_.relation->id;
  return !scope_.user || relation.has_member(*scope_.user);
}

Task<> Exporter::run() {
  if (file_.complete()) co_return Result<>();
  const Part stopped = part_of(file_.last());
  const std::pair<Part, Task<> (Exporter::*)()> parts[] = {
      {Part::users, whole() ? &Exporter::write_users : &Exporter::write_some_users},
      {Part::relations, &Exporter::write_relations},
      {Part::conversations, &Exporter::write_conversations},
      {Part::notifications, &Exporter::write_notifications},
      {Part::holds, &Exporter::write_holds},
  };
  for (const auto& [part, write] : parts) {
    if (part < stopped) continue;
    Result<> written = co_await (this->*write)();
    if (!written) co_return written;
  }
  co_return file_.finish();
}

Task<> Exporter::write_users() {
  chat::UserId after;
  if (part_of(file_.last()) == Part::users) after = std::get<ArchivedUser>(*file_.last()).id;
  while (true) {
    auto users = co_await archive_.users_behind(after);
    if (!users) co_return std::unexpected(users.error());
    if (users->empty()) co_return Result<>();
    after = users->back().id;
    for (ArchivedUser& user : *users) {
      if (!scope_.with_passwords) user.password_hash = std::nullopt;
      Result<> written = file_.write(user);
      if (!written) co_return written;
    }
  }
}

// The people of the conversations that are wanted.
Task<> Exporter::write_some_users() {
  std::set<chat::UserId> people;
  if (scope_.user) people.insert(*scope_.user);
  chat::RelationId after;
  while (true) {
    auto relations = co_await archive_.relations_behind(after);
    if (!relations) co_return std::unexpected(relations.error());
    if (relations->empty()) break;
    after = relations->back().relation.id;
    for (const ArchivedRelation& each : *relations) {
      if (!wants(each.relation)) continue;
      people.insert(each.relation.doctor);
      people.insert(each.relation.patient);
    }
  }
  const auto* last = file_.last() ? std::get_if<ArchivedUser>(&*file_.last()) : nullptr;
  for (const chat::UserId& person : people) {
    if (last && person <= last->id) continue;
    auto user = co_await archive_.user(person);
    if (!user) co_return std::unexpected(user.error());
    user->password_hash = std::nullopt;
    if (scope_.user != user->id) user->email = std::nullopt;
    Result<> written = file_.write(*user);
    if (!written) co_return written;
  }
  co_return Result<>();
}

Task<> Exporter::write_relations() {
  chat::RelationId after;
  if (part_of(file_.last()) == Part::relations)
    after = std::get<ArchivedRelation>(*file_.last()).relation.id;
  while (true) {
    auto relations = co_await archive_.relations_behind(after);
    if (!relations) co_return std::unexpected(relations.error());
    if (relations->empty()) co_return Result<>();
    after = relations->back().relation.id;
    for (const ArchivedRelation& each : *relations) {
      if (!wants(each.relation)) continue;
      Result<> written = file_.write(each);
      if (!written) co_return written;
    }
  }
}

Task<> Exporter::write_conversations() {
  const chat::RelationId stopped = conversation_of(file_.last());
  chat::RelationId after;
  std::int64_t done = 0;
  while (true) {
    auto relations = co_await archive_.relations_behind(after);
    if (!relations) co_return std::unexpected(relations.error());
    if (relations->empty()) co_return Result<>();
    after = relations->back().relation.id;
    for (const ArchivedRelation& each : *relations) {
      progress_.show(done++, relations_, file_.lines());
      if (!wants(each.relation) || each.relation.id < stopped) continue;
      Result<> written = co_await write_conversation(each.relation.id);
      if (!written) co_return written;
    }
  }
}

Task<> Exporter::write_conversation(chat::RelationId relation) {
  WallTime at{};
  chat::MessageId after;
  if (conversation_of(file_.last()) == relation) {
    if (const auto* mark = std::get_if<ArchivedMark>(&*file_.last())) {
      Result<> written = co_await write_marks(relation, place_of(*mark));
      co_return written;
    }
    const auto& last = std::get<ArchivedMessage>(*file_.last()).message;
    at = last.created_at;
    after = last.id;
  }
  while (true) {
    auto messages = co_await archive_.messages_behind(relation, at, after);
    if (!messages) co_return std::unexpected(messages.error());
    if (messages->empty()) break;
    at = messages->back().message.created_at;
    after = messages->back().message.id;
    for (const ArchivedMessage& each : *messages) {
      Result<> written = file_.write(each);
      if (!written) co_return written;
    }
  }
  Result<> written = co_await write_marks(relation, std::nullopt);
  co_return written;
}

Task<> Exporter::write_marks(chat::RelationId relation, std::optional<MarkPlace> after) {
  auto marks = co_await archive_.marks(relation);
  if (!marks) co_return std::unexpected(marks.error());
  for (const ArchivedMark& mark : *marks) {
    if (after && place_of(mark) <= *after) continue;
    Result<> written = file_.write(mark);
    if (!written) co_return written;
  }
  co_return Result<>();
}

Task<> Exporter::write_notifications() {
  if (scope_.relation) co_return Result<>();
  chat::UserId stopped;
  chat::NotificationId behind;
  if (part_of(file_.last()) == Part::notifications) {
    const auto& last = std::get<ArchivedNotification>(*file_.last()).notification;
    stopped = last.user;
    behind = last.id;
  }
  if (scope_.user) {
    Result<> written = co_await write_notifications_of(*scope_.user, behind);
    co_return written;
  }
  if (!stopped.empty()) {
    Result<> written = co_await write_notifications_of(stopped, behind);
    if (!written) co_return written;
  }
  chat::UserId after = stopped;
  while (true) {
    auto users = co_await archive_.users_behind(after);
    if (!users) co_return std::unexpected(users.error());
    if (users->empty()) co_return Result<>();
    after = users->back().id;
    for (const ArchivedUser& user : *users) {
      Result<> written = co_await write_notifications_of(user.id, {});
      if (!written) co_return written;
    }
  }
}

Task<> Exporter::write_notifications_of(chat::UserId user, chat::NotificationId after) {
  while (true) {
    auto told = co_await archive_.notifications_behind(user, after);
    if (!told) co_return std::unexpected(told.error());
    if (told->empty()) co_return Result<>();
    after = told->back().notification.id;
    for (const ArchivedNotification& each : *told) {
      Result<> written = file_.write(each);
      if (!written) co_return written;
    }
  }
}

Task<> Exporter::write_holds() {
  if (!whole()) co_return Result<>();
  auto holds = co_await archive_.holds();
  if (!holds) co_return std::unexpected(holds.error());
  const auto* last = file_.last() ? std::get_if<chat::Hold>(&*file_.last()) : nullptr;
  // Users stand before relations, each by id.
  const auto place = [](const chat::Hold& hold) { return std::pair(hold.what, hold.id); };
  for (const chat::Hold& hold : *holds) {
    if (last && place(hold) <= place(*last)) continue;
    Result<> written = file_.write(hold);
    if (!written) co_return written;
  }
  co_return Result<>();
}

}  // namespace quickclinic::server
