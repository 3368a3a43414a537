#pragma once

#include "chat/archive.hpp"
#include "store/sqlite/readers.hpp"
#include "store/sqlite/writer.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace quickclinic::store {

/// Archives of the embedded database. What is kept about conversations, triggers keep. Any thread;
/// owned by the store.
class SqliteArchive final : public chat::Archive {
 public:
  SqliteArchive(Writer& writer, Readers& readers, std::function<WallTime()> now)
      : writer_(writer), readers_(readers), now_(std::move(now)) {}

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
  template <class T, class Work>
  Task<T> write(Work work);
  template <class T, class Work>
  Task<T> read(Work work);
  template <class Record>
  Task<std::vector<chat::Imported>> import_each(std::vector<Record> records);

  Writer& writer_;
  Readers& readers_;
  const std::function<WallTime()> now_;
};

}  // namespace quickclinic::store
