#pragma once

#include "base/task.hpp"
#include "chat/model.hpp"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace quickclinic::chat {

enum class StoreError {
  not_found = 1,  ///< no such user, relation or message
  no_doctor,      ///< the user who was to be a relation's doctor is none
  no_patient,     ///< the same for its patient
  conflict,       ///< the e-mail address or the pair exists already
  invalid,        ///< the row can never be stored as it is (a constraint refuses it)
  overloaded,     ///< the queue of appends is full, or the request waited past its bound
  unavailable,    ///< the database cannot be asked, or the commit failed: nothing was stored
  held,           ///< on hold: it may not be erased
  corrupt,        ///< the database answered what it never should
};
std::error_code make_error_code(StoreError error) noexcept;

/// A message to store. Its id is decided before (see `message_id.hpp`), so that sending it again is
/// the same row.
struct NewMessage {
  MessageId id;
  RelationId relation;
  UserId sender;
  std::string text;
  std::string address = {};  ///< the sender's peer address, for the audit record
};

struct Appended {
  Message message;      ///< as stored: for a repeated send, what was stored the first time
  bool stored = false;  ///< false: a row with this id was there already and nothing was written
  /// The time of the newest message before it in the relation, when it was stored; 1970 without
  /// one.
  WallTime previous = {};
};

enum class PageOrder { newest, oldest };

/// A numbered chunk of a conversation. Page 1 is the newest chunk (`newest`) or the first one
/// (`oldest`); messages inside a page are always ascending.
struct PageRequest {
  std::int64_t page = 1;    ///< at least 1
  std::int64_t limit = 20;  ///< 1 to 100
  PageOrder order = PageOrder::newest;
};

struct MessagePage {
  std::vector<Message> messages;
  std::int64_t total = 0;   ///< messages of the relation, kept and not counted
  std::vector<Mark> marks;  ///< of both members, by user id
};

/// Neighbours of a message. `before` and `after` exclude the message that they name; with neither,
/// the newest.
struct SliceRequest {
  enum class Direction { newest, before, after };
  Direction direction = Direction::newest;
  MessageId anchor;         ///< for `before` and `after`
  std::int64_t limit = 20;  ///< 1 to 100
};

struct MessageSlice {
  std::vector<Message> messages;  ///< ascending
  bool has_more = false;          ///< there are more beyond, in the direction asked
};

/// How far a conversation has come: messages are later than the ones before.
struct Position {
  RelationId relation;
  WallTime newest;  ///< the time of its newest message
};

struct Marked {
  Mark mark;              ///< the mark as it stands now
  bool advanced = false;  ///< false: it stood there or further already, nothing was written
};

/// Conversations and their read state, on disk.
///
/// Any shard may call at any time; every task resumes on its caller's executor. What a task answers
/// has been committed: after a crash it is still so. Appends of all callers are gathered into one
/// transaction while the commit before is in flight; a row that cannot be stored fails alone.
/// Appends of one relation are committed, and their tasks resumed, in the order in which they were
/// called. What an append answers without an error is in the audit record (`audit.hpp`) by the same
/// transaction.
///
/// Every call may fail with `unavailable` or `overloaded`, each within the store's bounded time.
class MessageStore {
 public:
  virtual ~MessageStore() = default;

  /// Stores a message, or finds the one that was stored under its id. `invalid` when the relation
  /// or the sender is gone.
  ///
  /// The path of every message: so it answers by a call and not as a task. `reply` is called once,
  /// by the thread of `executor`, which is the calling one; it may be called before this returns,
  /// and may not throw. When the loop ends first, it is dropped.
  using AppendReply = std::move_only_function<void(Result<Appended>)>;
  virtual void append(NewMessage message, const asio::any_io_executor& executor,
                      AppendReply reply) = 0;
  /// The same as a task.
  Task<Appended> append(NewMessage message);

  /// `not_found` never: a relation without messages has an empty page.
  virtual Task<MessagePage> page(RelationId relation, PageRequest request) = 0;

  /// `not_found` when the anchor is not a message of this relation. Costs the same for short and
  /// long histories.
  virtual Task<MessageSlice> slice(RelationId relation, SliceRequest request) = 0;

  /// The messages that are later than `position`, ascending, at most `limit`.
  virtual Task<std::vector<Message>> newer_than(RelationId relation, WallTime position,
                                                std::int64_t limit) = 0;

  /// Where those of the relations stand that have messages, in any order.
  virtual Task<std::vector<Position>> positions(std::vector<RelationId> relations) = 0;

  /// Stores that `user` has read up to `message`; a mark never goes back. `not_found` when the
  /// message is not of this relation.
  virtual Task<Marked> mark_read(RelationId relation, UserId user, MessageId message) = 0;

  /// Stores that a device of `user` has received everything up to `message`. What was read was
  /// received, and the mark never goes back: the answer is the later of both. Fails as `mark_read`.
  virtual Task<Marked> mark_delivered(RelationId relation, UserId user, MessageId message) = 0;

  /// How far the devices of both members have received, what they have read included; by user id.
  virtual Task<std::vector<Mark>> delivered(RelationId relation) = 0;
};

struct NewUser {
  std::string email;
  std::string name;
  std::string password_hash;  ///< crypt(5), as bcrypt makes it
  Role role = Role::patient;
};

/// Somebody and what their password is checked against.
struct Credentials {
  User user;
  std::string password_hash;  ///< as `NewUser` has it
};

struct AddedRelation {
  Relation relation;
  bool added = false;  ///< false: the pair had one already
};

/// What a running server has to notice about the people and relations that are connected to it.
struct WatchRequest {
  std::vector<UserId> users;
  std::vector<RelationId> relations;
  std::vector<std::string> token_hashes;  ///< lower-case hexadecimal SHA-256 of whole tokens
};

struct WatchAnswer {
  std::vector<User> users;                  ///< those of the request that exist, as they are now
  std::vector<Relation> relations;          ///< those of the request that exist
  std::vector<std::string> revoked_tokens;  ///< those of the request that are revoked
};

/// Somebody who wants to come in.
struct VisitRequest {
  UserId user;
  std::string token_hash;              ///< as in `WatchRequest`; empty: there is no token
  std::optional<RelationId> relation;  ///< where they want to
};

/// What the database knows of them.
struct Visit {
  std::optional<User> user;
  bool revoked = false;                  ///< the token
  std::optional<Membership> membership;  ///< of the relation, whoever is in it
};

/// Users, relations and revoked tokens. Called as `MessageStore` is.
class Directory {
 public:
  virtual ~Directory() = default;

  /// `not_found`. A disabled user is found, with `active` false.
  virtual Task<User> find_user(UserId user) = 0;
  virtual Task<User> find_user_by_email(std::string email) = 0;
  /// Whoever signs in with this address as people type it: blanks around it do not count, nor does
  /// the case of its ASCII letters, unless two people differ in nothing else. `not_found`.
  virtual Task<Credentials> find_credentials(std::string email) = 0;
  virtual Task<std::vector<User>> list_users() = 0;
  virtual Task<std::vector<Relation>> list_relations() = 0;

  /// The relation with both its members. `not_found`.
  virtual Task<Membership> find_membership(RelationId relation) = 0;

  virtual Task<WatchAnswer> watch(WatchRequest request) = 0;

  /// `watch` and `find_membership` in one. Here as two questions; a store may ask them together.
  virtual Task<Visit> visit(VisitRequest request);

  virtual Task<bool> is_revoked(std::string token_hash) = 0;
  /// Idempotent. `expires_at` is when the record may be forgotten.
  virtual Task<> revoke_token(std::string token_hash, WallTime expires_at) = 0;

  /// Makes the user, and the Doctor or Patient row of a user with that role. `conflict` when the
  /// address is taken.
  virtual Task<User> add_user(NewUser user) = 0;
  /// `not_found`.
  virtual Task<> set_user_active(UserId user, bool active) = 0;
  /// Finds or makes the relation of a doctor's and a patient's user; two callers at once make one.
  /// `no_doctor` or `no_patient` when there is no such user, or they have another role.
  virtual Task<AddedRelation> add_relation(UserId doctor, UserId patient) = 0;

  /// Succeeds when the database answers.
  virtual Task<> ping() = 0;
};

}  // namespace quickclinic::chat

template <>
struct std::is_error_code_enum<quickclinic::chat::StoreError> : std::true_type {};
