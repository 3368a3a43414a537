#pragma once

#include "base/task.hpp"
#include "chat/inbox.hpp"
#include "chat/model.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::chat {

/// A person as they are carried from one database to another.
struct ArchivedUser {
  UserId id;
  std::optional<std::string> email = {};  ///< nothing where it is nobody's business
  std::string name;
  Role role = Role::patient;
  bool active = true;
  std::optional<std::string> password_hash = {};
  std::optional<std::string> doctor_row = {};   ///< id of the person's row in `"Doctor"`
  std::optional<std::string> patient_row = {};  ///< and in `"Patient"`
  WallTime created_at = {};
  WallTime updated_at = {};
};

struct ArchivedRelation {
  Relation relation;
  WallTime updated_at = {};
};

struct ArchivedMessage {
  Message message;
  WallTime updated_at = {};
};

/// What a mark is of.
enum class MarkKind { read, delivered };
std::string_view to_text(MarkKind kind) noexcept;  ///< `read`, `delivered`

struct ArchivedMark {
  RelationId relation;
  Mark mark;
  MarkKind kind = MarkKind::read;
};

struct ArchivedNotification {
  Notification notification;
  std::optional<std::string> status = {};
  std::optional<WallTime> read_at = {};
};

enum class Held { user, relation };
std::string_view to_text(Held what) noexcept;  ///< `user`, `relation`

/// Forbids that somebody's data, or a conversation, are erased.
struct Hold {
  Held what = Held::user;
  std::string id;
  std::string reason;
  WallTime since = {};
};

/// What became of one record that was brought in.
enum class Imported {
  added,
  known,    ///< there is one with its id already, which stays as it is
  invalid,  ///< what it refers to is not there, or the database does not take it
  taken,    ///< its e-mail address, or its pair of people, is another record's
};

/// What is put in the place of a text that was erased.
inline constexpr std::string_view erased_text = "[erased]";

/// The whole of a database, to be carried away, brought in, and taken out: for the operator's
/// commands. Lists are in the order of ids byte by byte, the same in every database, and told in
/// pieces that begin behind the place given. Called as `MessageStore` is; a piece that is brought
/// in is one transaction, in which a record that cannot be stored fails alone. The store owns it.
class Archive {
 public:
  static constexpr std::int64_t piece = 500;

  virtual ~Archive() = default;

  virtual Task<std::vector<ArchivedUser>> users_behind(UserId after) = 0;
  virtual Task<std::vector<ArchivedRelation>> relations_behind(RelationId after) = 0;
  /// `not_found`.
  virtual Task<ArchivedUser> user(UserId user) = 0;
  /// By time and id. `after` empty: from the first.
  virtual Task<std::vector<ArchivedMessage>> messages_behind(RelationId relation, WallTime at,
                                                             MessageId after) = 0;
  /// All of the relation: first those of reading, by user, then those of delivery.
  virtual Task<std::vector<ArchivedMark>> marks(RelationId relation) = 0;
  virtual Task<std::vector<ArchivedNotification>> notifications_behind(UserId user,
                                                                       NotificationId after) = 0;

  /// One answer for each record, in their order. Their times are kept.
  virtual Task<std::vector<Imported>> import(std::vector<ArchivedUser> users) = 0;
  virtual Task<std::vector<Imported>> import(std::vector<ArchivedRelation> relations) = 0;
  virtual Task<std::vector<Imported>> import(std::vector<ArchivedMessage> messages) = 0;
  virtual Task<std::vector<Imported>> import(std::vector<ArchivedMark> marks) = 0;
  virtual Task<std::vector<Imported>> import(std::vector<ArchivedNotification> notifications) = 0;
  /// Brings what is kept about a conversation in line with messages and marks that were imported.
  virtual Task<> count_again(RelationId relation) = 0;

  /// Everything that is held, by kind and id.
  virtual Task<std::vector<Hold>> holds() = 0;
  /// A hold that is there keeps its time; the reason is the new one. The time is the store's when
  /// the hold has none.
  virtual Task<> set_hold(Hold hold) = 0;
  /// False: there was none.
  virtual Task<bool> clear_hold(Held what, std::string id) = 0;

  /// Puts placeholders for name, address and password of a person, disables the account, deletes
  /// their notifications and marks. `not_found`; `held` when they or a conversation of theirs
  /// are on hold: then nothing is done. Does nothing twice.
  virtual Task<> erase_person(UserId user) = 0;
  /// Puts `erased_text` in the place of these texts.
  virtual Task<> erase_texts(std::vector<MessageId> messages) = 0;
};

}  // namespace quickclinic::chat
