#include "store/sqlite/sqlite_archive.hpp"

#include "store/sqlite/archive_changes.hpp"
#include "store/sqlite/archive_rows.hpp"
#include "store/sqlite/job.hpp"

#include <memory>
#include <utility>

namespace quickclinic::store {

template <class T, class Work>
Task<T> SqliteArchive::write(Work work) {
  return ask<T>(std::move(work),
                [this](std::unique_ptr<Job> job) { writer_.submit(std::move(job)); });
}

template <class T, class Work>
Task<T> SqliteArchive::read(Work work) {
  return ask<T>(std::move(work),
                [this](std::unique_ptr<Job> job) { readers_.submit(std::move(job)); });
}

template <class Record>
Task<std::vector<chat::Imported>> SqliteArchive::import_each(std::vector<Record> records) {
  using All = std::vector<chat::Imported>;
  return write<All>([records = std::move(records)](Connection& connection) -> Result<All> {
    All outcomes;
    for (const Record& record : records) {
      const auto outcome = import_row(connection, record);
      if (!outcome) return std::unexpected(outcome.error());
      outcomes.push_back(*outcome);
    }
    return outcomes;
  });
}

Task<std::vector<chat::ArchivedUser>> SqliteArchive::users_behind(chat::UserId after) {
  return read<std::vector<chat::ArchivedUser>>([after = std::move(after)](Connection& connection) {
    return archived_users(connection, after);
  });
}

Task<std::vector<chat::ArchivedRelation>> SqliteArchive::relations_behind(chat::RelationId after) {
  return read<std::vector<chat::ArchivedRelation>>(
      [after = std::move(after)](Connection& connection) {
        return archived_relations(connection, after);
      });
}

Task<chat::ArchivedUser> SqliteArchive::user(chat::UserId user) {
  return read<chat::ArchivedUser>(
      [user = std::move(user)](Connection& connection) { return archived_user(connection, user); });
}

Task<std::vector<chat::ArchivedMessage>> SqliteArchive::messages_behind(chat::RelationId relation,
                                                                        WallTime at,
                                                                        chat::MessageId after) {
  return read<std::vector<chat::ArchivedMessage>>(
      [relation = std::move(relation), at, after = std::move(after)](Connection& connection) {
        return archived_messages(connection, relation, at, after);
      });
}

Task<std::vector<chat::ArchivedMark>> SqliteArchive::marks(chat::RelationId relation) {
  return read<std::vector<chat::ArchivedMark>>(
      [relation = std::move(relation)](Connection& connection) {
        return archived_marks(connection, relation);
      });
}

Task<std::vector<chat::ArchivedNotification>> SqliteArchive::notifications_behind(
    chat::UserId user, chat::NotificationId after) {
  return read<std::vector<chat::ArchivedNotification>>(
      [user = std::move(user), after = std::move(after)](Connection& connection) {
        return archived_notifications(connection, user, after);
      });
}

Task<std::vector<chat::Imported>> SqliteArchive::import(std::vector<chat::ArchivedUser> users) {
  return import_each(std::move(users));
}
Task<std::vector<chat::Imported>> SqliteArchive::import(
    std::vector<chat::ArchivedRelation> relations) {
  return import_each(std::move(relations));
}
Task<std::vector<chat::Imported>> SqliteArchive::import(
    std::vector<chat::ArchivedMessage> messages) {
  return import_each(std::move(messages));
}
Task<std::vector<chat::Imported>> SqliteArchive::import(std::vector<chat::ArchivedMark> marks) {
  return import_each(std::move(marks));
}
Task<std::vector<chat::Imported>> SqliteArchive::import(
    std::vector<chat::ArchivedNotification> notifications) {
  return import_each(std::move(notifications));
}

Task<> SqliteArchive::count_again(chat::RelationId) { co_return Result<>(); }

Task<std::vector<chat::Hold>> SqliteArchive::holds() {
  return read<std::vector<chat::Hold>>(all_holds);
}

Task<> SqliteArchive::set_hold(chat::Hold hold) {
  return write<void>([this, hold = std::move(hold)](Connection& connection) {
    return upsert_hold(connection, hold, now_());
  });
}

Task<bool> SqliteArchive::clear_hold(chat::Held what, std::string id) {
  return write<bool>([what, id = std::move(id)](Connection& connection) {
    return delete_hold(connection, what, id);
  });
}

Task<> SqliteArchive::erase_person(chat::UserId user) {
  return write<void>([this, user = std::move(user)](Connection& connection) {
    return erase_user_row(connection, user, now_());
  });
}

Task<> SqliteArchive::erase_texts(std::vector<chat::MessageId> messages) {
  return write<void>([this, messages = std::move(messages)](Connection& connection) {
    return erase_message_texts(connection, messages, now_());
  });
}

}  // namespace quickclinic::store
