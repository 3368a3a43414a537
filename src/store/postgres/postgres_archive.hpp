#pragma once

#include "chat/archive.hpp"
#include "store/postgres/link.hpp"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace quickclinic::postgres {

/// Archives of a PostgreSQL database. Called as `PostgresStore` is, which owns it.
class PostgresArchive final : public chat::Archive {
 public:
  /// `now` may be empty: then the database's clock counts.
  PostgresArchive(Links& links, std::function<WallTime()> now)
      : links_(links), now_(std::move(now)) {}

  Task<std::vector<chat::ArchivedUser>> users_behind(chat::UserId after) override;
  Task<std::vector<chat::ArchivedRelation>> relations_behind(chat::RelationId after) override;
  Task<chat::ArchivedUser> user(chat::UserId user) override;
  Task<std::vector<chat::ArchivedMessage>> messages_behind(chat::RelationId relation, WallTime at,
                                                           chat::MessageId after) override;
  Task<std::vector<chat::ArchivedMark>> marks(chat::RelationId relation) override;
  Task<std::vector<chat::ArchivedNotification>> notifications_behind(
      chat::UserId user, chat::NotificationId after) override;

  Task<std::vector<chat::Imported>> import(std::vector<chat::ArchivedUser> users) override;
  Task<std::vector<chat::Imported>> import(std::vector<chat::ArchivedRelation> relations) override;
  Task<std::vector<chat::Imported>> import(std::vector<chat::ArchivedMessage> messages) override;
  Task<std::vector<chat::Imported>> import(std::vector<chat::ArchivedMark> marks) override;
  Task<std::vector<chat::Imported>> import(
      std::vector<chat::ArchivedNotification> notifications) override;
  Task<> count_again(chat::RelationId relation) override;

  Task<std::vector<chat::Hold>> holds() override;
  Task<> set_hold(chat::Hold hold) override;
  Task<bool> clear_hold(chat::Held what, std::string id) override;
  Task<> erase_person(chat::UserId user) override;
  Task<> erase_texts(std::vector<chat::MessageId> messages) override;

 private:
  template <class Record>
  Task<std::vector<chat::Imported>> import_all(Statement statement, std::vector<Record> records);
  template <class Record>
  Task<std::vector<chat::Imported>> import_one(Statement statement, Record record);
  std::optional<WallTime> wall() const { return now_ ? std::optional(now_()) : std::nullopt; }

  Links& links_;
  const std::function<WallTime()> now_;
};

}  // namespace quickclinic::postgres
