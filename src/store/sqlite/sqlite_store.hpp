#pragma once

#include "chat/database.hpp"
#include "store/sqlite/migrate.hpp"
#include "store/sqlite/readers.hpp"
#include "store/sqlite/sqlite_archive.hpp"
#include "store/sqlite/sqlite_audit.hpp"
#include "store/sqlite/writer.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace quickclinic::store {

/// The embedded database: a SQLite file with a write-ahead log, synchronised at every commit, so
/// that what was answered survives the end of the process and of the machine.
///
/// Any thread may call; a task suspends its caller, never the thread, and resumes it on its own
/// executor. Owned by the program; outlives every task, and is outlived by every executor that
/// waits for one. Several processes may use one file. Bounded by `Limits`.
class SqliteStore final : public chat::Database {
 public:
  struct Limits {
    std::size_t appends_max = 8192;  ///< writes that wait; about a second's work of a slow disk
    std::size_t batch_max =
        512;  ///< writes in one commit: beyond, a commit's cost is shared enough
    std::size_t reads_max = 4096;                     ///< reads that wait
    std::chrono::milliseconds append_wait_max{5000};  ///< then people have stopped waiting
    std::chrono::milliseconds read_wait_max{5000};
    std::chrono::milliseconds busy_wait_max{
        2000};  ///< for another process' lock, within the wait above
  };
  struct Options {
    std::filesystem::path path;
    std::size_t read_threads = 2;
    bool migrate = true;  ///< false: a database of an older schema is refused
    Limits limits = {};
    std::function<WallTime()> wall_now = quickclinic::wall_now;
    std::function<TimePoint()> now = Clock::now;
    std::string vfs = {};         ///< as `Connection::Options`
    int checkpoint_pages = 1000;  ///< as `Connection::Options`
  };

  /// Opens or makes the database, and brings it up to date. Blocks; for the start of the program.
  /// The error's context is a sentence for the person who chose the path.
  static Result<std::unique_ptr<SqliteStore>> open(const Options& options);

  /// Answers what is queued, every request, and stops the threads.
  ~SqliteStore() override = default;

  /// Lives as long as the store.
  void finish() override {
    readers_.finish();
    writer_.finish();
  }
  void measure_threads(chat::StoreMeasures& measures) override;
  chat::AuditLog& audit() noexcept override { return audit_; }
  chat::Archive& archive() noexcept override { return archive_; }

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

 private:
  SqliteStore(Connection writer, std::vector<Connection> readers, const Options& options);

  /// Asks `work`, a `Result<T>(Connection&)`, of the writing thread or of a reading one.
  template <class T, class Work>
  Task<T> write(Work work);
  template <class T, class Work>
  Task<T> read(Work work);

  const std::function<WallTime()> wall_now_;
  AuditWriter audit_writer_;
  Writer writer_;
  Readers readers_;
  SqliteAudit audit_;
  SqliteArchive archive_;
};

}  // namespace quickclinic::store
