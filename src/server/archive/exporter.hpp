#pragma once

#include "base/task.hpp"
#include "chat/archive.hpp"
#include "server/archive/archive_file.hpp"
#include "server/archive/progress.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace quickclinic::server {

/// Writes an archive: people, conversations, then the messages and marks of each conversation,
/// notifications, holds. Always in the same order, so that it can go on where it stopped.
///
/// Of others than the person it is about an export of one person or one conversation tells no
/// e-mail address, and no hold.
class Exporter {
 public:
  struct Scope {
    std::optional<chat::Relation> relation = {};
    std::optional<chat::UserId> user = {};  ///< neither: everything
    bool with_passwords = false;
  };

  /// `relations`: how many conversations there are, for the bar. All of them outlive the task.
  Exporter(chat::Archive& archive, ArchiveFile& file, Scope scope, std::int64_t relations,
           Progress& progress)
      : archive_(archive),
        file_(file),
        scope_(std::move(scope)),
        relations_(relations),
        progress_(progress) {}

  Task<> run();

 private:
  bool whole() const noexcept { return !scope_.relation && !scope_.user; }
  bool wants(const chat::Relation& relation) const;
  Task<> write_users();
  Task<> write_some_users();
  Task<> write_relations();
  Task<> write_conversations();
  Task<> write_conversation(chat::RelationId relation);
  using MarkPlace = std::pair<chat::MarkKind, chat::UserId>;
  Task<> write_marks(chat::RelationId relation, std::optional<MarkPlace> after);
  Task<> write_notifications();
  Task<> write_notifications_of(chat::UserId user, chat::NotificationId after);
  Task<> write_holds();

  chat::Archive& archive_;
  ArchiveFile& file_;
  const Scope scope_;
  const std::int64_t relations_;
  Progress& progress_;
};

}  // namespace quickclinic::server
