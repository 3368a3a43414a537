#pragma once

#include "chat/archive.hpp"
#include "chat/inbox.hpp"
#include "chat/overview.hpp"
#include "chat/store.hpp"
#include "store/memory/memory_audit.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace quickclinic::store {

/// All stores in memory, for tests of everything above them: it keeps every promise of
/// their headers in `chat/` but the one about crashes, answers at once, and can be told to fail.
///
/// Any thread may call. Owned by the test; outlives its tasks. Grows with what is stored.
class MemoryStore final : public chat::MessageStore,
                          public chat::Directory,
                          public chat::Inbox,
                          public chat::Overview {
 public:
  explicit MemoryStore(std::function<WallTime()> now = wall_now)
      : now_(std::move(now)), audit_(now_) {}

  chat::AuditLog& audit() noexcept { return audit_; }

  /// The next `operations` calls, whichever they are, answer `error` and do nothing.
  void fail_next(std::size_t operations, chat::StoreError error);

  using chat::MessageStore::append;
  void append(chat::NewMessage message, const asio::any_io_executor& executor,
              AppendReply reply) override;
  Task<chat::MessagePage> page(chat::RelationId relation, chat::PageRequest request) override;
  Task<chat::MessageSlice> slice(chat::RelationId relation, chat::SliceRequest request) override;
  Task<std::vector<chat::Message>> newer_than(chat::RelationId relation, WallTime position,
                                              std::int64_t limit) override;
  Task<std::vector<chat::Position>> positions(std::vector<chat::RelationId> relations) override;
  Task<chat::Marked> mark_read(chat::RelationId relation, chat::UserId user,
                               chat::MessageId message) override;
  Task<chat::Marked> mark_delivered(chat::RelationId relation, chat::UserId user,
                                    chat::MessageId message) override;
  Task<std::vector<chat::Mark>> delivered(chat::RelationId relation) override;

  Task<chat::User> find_user(chat::UserId user) override;
  Task<chat::User> find_user_by_email(std::string email) override;
  Task<chat::Credentials> find_credentials(std::string email) override;
  Task<std::vector<chat::User>> list_users() override;
  Task<std::vector<chat::Relation>> list_relations() override;
  Task<chat::Membership> find_membership(chat::RelationId relation) override;
  Task<chat::WatchAnswer> watch(chat::WatchRequest request) override;
  Task<bool> is_revoked(std::string token_hash) override;
  Task<> revoke_token(std::string token_hash, WallTime expires_at) override;
  Task<chat::User> add_user(chat::NewUser user) override;
  Task<> set_user_active(chat::UserId user, bool active) override;
  Task<chat::AddedRelation> add_relation(chat::UserId doctor, chat::UserId patient) override;
  Task<> ping() override;

  Task<chat::Notification> add_notification(chat::NewNotification notification) override;
  Task<chat::Appointment> find_appointment(std::string doctor,
                                           chat::AppointmentId appointment) override;
  Task<std::vector<chat::RelationSummary>> relations_of(chat::UserId user,
                                                        std::optional<chat::Role> side) override;

  /// What the web application does elsewhere. `doctor_row` is the id of the doctor's `"Doctor"`
  /// row.
  void add_appointment(chat::Appointment appointment, std::string doctor_row);
  std::vector<chat::Notification> notifications();

 private:
  struct Reached {
    std::size_t position = 0;  // of the message in its conversation
    chat::Mark mark;
  };
  using Marks = std::map<chat::UserId, Reached>;
  struct Conversation {
    chat::Relation relation;
    std::vector<chat::Message> messages;  // ascending
    Marks marks;
    Marks deliveries;  // what was read later is not in here
  };
  /// Where a message is: its relation and its index there. Messages are never taken away.
  struct Place {
    chat::RelationId relation;
    std::size_t position = 0;
  };

  /// Runs `work` under the mutex, unless this call is one that is to fail.
  template <class T, class Work>
  Result<T> locked(Work work) {
    const std::lock_guard lock(mutex_);
    if (failures_left_ > 0) {
      --failures_left_;
      return fail(failure_, "asked to fail");
    }
    return work();
  }
  /// How far the devices have it, what was read included.
  static Marks received(const Conversation& conversation);
  Result<chat::Marked> mark(const chat::RelationId& relation, const chat::UserId& user,
                            const chat::MessageId& message, chat::MarkKind kind);
  chat::RelationSummary summary_of(const Conversation& conversation,
                                   const chat::UserId& user) const;
  std::optional<std::size_t> position_of(const chat::RelationId& relation,
                                         const chat::MessageId& message) const;

  std::function<WallTime()> now_;
  MemoryAudit audit_;
  std::mutex mutex_;
  std::size_t failures_left_ = 0;
  chat::StoreError failure_ = chat::StoreError::unavailable;
  std::vector<chat::User> users_;
  std::unordered_map<chat::UserId, std::string> password_hashes_;
  std::vector<chat::RelationId> relation_order_;
  std::unordered_map<chat::RelationId, Conversation> conversations_;
  std::unordered_map<chat::MessageId, Place> places_;
  std::map<std::string, WallTime> revoked_;
  std::vector<chat::Notification> notifications_;
  std::vector<std::pair<std::string, chat::Appointment>> appointments_;
};

}  // namespace quickclinic::store
