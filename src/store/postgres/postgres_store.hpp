#pragma once

#include "chat/database.hpp"
#include "store/postgres/database_url.hpp"
#include "store/postgres/link.hpp"
#include "store/postgres/migrate.hpp"
#include "store/postgres/postgres_archive.hpp"
#include "store/postgres/postgres_audit.hpp"
#include "store/postgres/recent_ids.hpp"
#include "store/postgres/send_chains.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

namespace quickclinic::postgres {

/// An existing QuickClinic database, or an empty one: PostgreSQL 13 or newer, over libpq.
///
/// Called on event loops, each of which gets two connections of its own at its first call; a task
/// suspends its caller, never the thread, and resumes on the same loop. Owned by the program;
/// every loop that called it has to end, and its context to go, before this object does. While the
/// database is away calls wait for it, within `Limits`, then fail with `unavailable`. Several
/// processes may serve one database.
class PostgresStore final : public chat::Database, public chat::Feed {
 public:
  struct Options {
    DatabaseUrl url;
    Link::Limits limits = {};
    Dialer::Timeouts timeouts = {};
    /// When set, times come from it instead of the database's clock. For tests.
    std::function<WallTime()> wall_now = {};
  };

  /// What to do when the database cannot be reached now.
  enum class Absent {
    fail,  ///< say so
    wait   ///< come back without it, and go on looking for it on a thread of the store's own
  };

  /// Reaches the database and brings it up to date. Blocks, for seconds when nobody answers. The
  /// error's context is a sentence for the operator.
  static Result<std::unique_ptr<PostgresStore>> open(Options options, Absent absent);

  ~PostgresStore() override;

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
  Task<chat::Visit> visit(chat::VisitRequest request) override;
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

  void measure_loop(const asio::any_io_executor& executor, chat::StoreMeasures& measures) override;
  chat::AuditLog& audit() noexcept override { return audit_; }
  chat::Archive& archive() noexcept override { return archive_; }
  chat::Feed* feed() noexcept override { return this; }
  void listen(const asio::any_io_executor& executor, chat::Feed::Listener listener) override;

 private:
  explicit PostgresStore(Options options);

  Result<> prepare();
  void look_for_database(const std::stop_token& stop, std::string last_words);
  std::optional<WallTime> wall() const;

  Options options_;
  Dialer dialer_;
  std::atomic<bool> ready_ = false;
  std::atomic<bool> hears_others_ = true;
  RecentIds notified_;
  SendChains chains_;
  Links links_;
  PostgresAudit audit_;
  PostgresArchive archive_;
  std::jthread search_;
};

}  // namespace quickclinic::postgres
