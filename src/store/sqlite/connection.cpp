#include "store/sqlite/connection.hpp"

#include "chat/store.hpp"
#include "store/sqlite/error.hpp"
#include "store/sqlite/private_file.hpp"

#include <sqlite3.h>
#include <system_error>

namespace quickclinic::store {

using chat::StoreError;

namespace {

std::string about(const std::filesystem::path& path, std::string_view what) {
  return "cannot use the database " + path.string() + ": " + std::string(what);
}

// The words for somebody who named a file, rather than for somebody who knows SQLite's result
// codes.
Error opening_error(sqlite3* database, const std::filesystem::path& path) {
  const int code = sqlite3_extended_errcode(database);
  switch (code & 0xFF) {
    case SQLITE_NOTADB:
      return {StoreError::corrupt, about(path, "it is not a SQLite database")};
    case SQLITE_BUSY:
      return {StoreError::unavailable, about(path, "another program keeps it locked")};
    case SQLITE_READONLY:
      return {StoreError::unavailable, about(path, "it cannot be written to")};
    default:
      return sqlite_error(code, "cannot use the database " + path.string(),
                          sqlite3_errmsg(database));
  }
}

// The one step at which SQLite itself does not wait for another process: two that open a new file
// at once.
bool enter_wal(Connection& connection, std::chrono::milliseconds wait_max) {
  constexpr int pause_ms = 5;
  const TimePoint deadline = Clock::now() + wait_max;
  while (!connection.execute("PRAGMA journal_mode = WAL")) {
    const bool busy = (sqlite3_errcode(connection.handle()) & 0xFF) == SQLITE_BUSY;
    if (!busy || Clock::now() >= deadline) return false;
    sqlite3_sleep(pause_ms);
  }
  return true;
}

}  // namespace

void Connection::CloseDatabase::operator()(sqlite3* database) const noexcept {
  sqlite3_close_v2(database);
}

void Connection::FinaliseStatement::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

Result<Connection> Connection::open(const Options& options) {
  // An absolute path is never taken for `:memory:` or a `file:` URI.
  const std::filesystem::path path = std::filesystem::absolute(options.path);
  if (options.access == Access::write) {
    if (auto made = make_private_file(path); !made) return std::unexpected(made.error());
  }

  std::error_code
      ignored;  // what cannot be looked at cannot be opened either, and that is told below
  if (std::filesystem::is_directory(path, ignored)) {
    return fail(StoreError::unavailable, about(path, "it is a folder"));
  }

  sqlite3* opened = nullptr;
  // No mutex: a connection belongs to one thread at a time.
  const int code =
      sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                      options.vfs.empty() ? nullptr : options.vfs.c_str());
  Connection connection(opened);
  if (!opened) return fail(StoreError::unavailable, about(path, "out of memory"));
  if (code != SQLITE_OK) return std::unexpected(opening_error(opened, path));

  sqlite3_extended_result_codes(opened, 1);
  sqlite3_busy_timeout(opened, static_cast<int>(options.busy_wait_max.count()));
  if (sqlite3_db_readonly(opened, "main") == 1) {
    return fail(StoreError::unavailable, about(path, "it cannot be written to"));
  }
  const auto set = [&](const char* sql) { return connection.execute(sql).has_value(); };
  if (options.access == Access::read) {
    if (!set("PRAGMA query_only = ON")) return std::unexpected(opening_error(opened, path));
    return connection;
  }

  // FULL: a commit is on the disk when it is acknowledged, not merely in the log's cached pages.
  if (!enter_wal(connection, options.busy_wait_max) || !set("PRAGMA synchronous = FULL") ||
      !set("PRAGMA foreign_keys = ON") || !set("PRAGMA journal_size_limit = 67108864")) {
    return std::unexpected(opening_error(opened, path));
  }
  Result<bool> in_wal = false;
  {
    Query mode(connection, "PRAGMA journal_mode");
    in_wal = mode.next();
    if (in_wal && *in_wal) in_wal = mode.text(0) == "wal";
  }
  if (!in_wal) return std::unexpected(opening_error(opened, path));
  if (!*in_wal) {
    return fail(StoreError::unavailable,
                about(path, "its file system cannot hold a write-ahead log"));
  }
  sqlite3_wal_autocheckpoint(opened, options.checkpoint_pages);
  return connection;
}

Result<> Connection::execute(const char* sql) {
  if (sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return std::unexpected(sqlite_error(handle(), "SQLite refused"));
  }
  return {};
}

Result<sqlite3_stmt*> Connection::prepare(const char* sql) {
  auto& kept = statements_[sql];
  if (!kept) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) !=
        SQLITE_OK) {
      return std::unexpected(sqlite_error(handle(), "SQLite refused to prepare"));
    }
    kept.reset(statement);
  }
  return kept.get();
}

bool Connection::in_transaction() const noexcept { return sqlite3_get_autocommit(handle()) == 0; }

Query::Query(Connection& connection, const char* sql) : connection_(connection) {
  auto statement = connection.prepare(sql);
  if (statement) {
    statement_ = *statement;
  } else {
    state_ = std::unexpected(statement.error());
  }
}

Query::~Query() {
  if (!statement_) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Query::note(int code) {
  if (code != SQLITE_OK && state_) {
    state_ = std::unexpected(sqlite_error(connection_.handle(), "SQLite refused a value"));
  }
}

Query& Query::bind(std::string_view text) {
  if (!statement_) return *this;
  // A null pointer would bind NULL; an empty text is not that.
  const char* bytes = text.data() ? text.data() : "";
  note(sqlite3_bind_text64(statement_, ++parameter_, bytes, text.size(), SQLITE_STATIC,
                           SQLITE_UTF8));
  return *this;
}

Query& Query::bind(std::int64_t number) {
  if (statement_) note(sqlite3_bind_int64(statement_, ++parameter_, number));
  return *this;
}

Query& Query::bind_null() {
  if (statement_) note(sqlite3_bind_null(statement_, ++parameter_));
  return *this;
}

Result<bool> Query::next() {
  if (!state_) return std::unexpected(state_.error());
  switch (sqlite3_step(statement_)) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default:
      state_ = std::unexpected(sqlite_error(connection_.handle(), "SQLite failed"));
      return std::unexpected(state_.error());
  }
}

Result<> Query::run() {
  while (true) {
    const auto row = next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
  }
}

std::string Query::text(int column) const {
  const auto* bytes = sqlite3_column_text(statement_, column);
  if (!bytes) return {};
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return {reinterpret_cast<const char*>(bytes), size};
}

std::optional<std::string> Query::optional_text(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return text(column);
}

std::int64_t Query::number(int column) const { return sqlite3_column_int64(statement_, column); }

Result<Transaction> Transaction::begin(Connection& connection, Kind kind) {
  Query start(connection, kind == Kind::write ? "BEGIN IMMEDIATE" : "BEGIN");
  if (auto begun = start.run(); !begun) return std::unexpected(begun.error());
  return Transaction(connection);
}

Transaction::~Transaction() {
  if (connection_) roll_back();
}

Result<> Transaction::commit() {
  auto committed = Query(*connection_, "COMMIT").run();
  if (!committed) roll_back();
  connection_ = nullptr;
  return committed;
}

// A failure of ROLLBACK itself needs no answer: SQLite only refuses it when it has rolled back
// already.
void Transaction::roll_back() noexcept {
  if (connection_->in_transaction()) {
    sqlite3_exec(connection_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

}  // namespace quickclinic::store
