#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

struct sqlite3;
struct sqlite3_stmt;

namespace quickclinic::store {

/// One connection to a SQLite file, with the statements it has prepared. Belongs to one thread at a
/// time.
class Connection {
 public:
  enum class Access { write, read };
  struct Options {
    std::filesystem::path path;
    Access access = Access::write;
    std::chrono::milliseconds busy_wait_max{
        2000};                    ///< how long another process' lock is waited for
    std::string vfs = {};         ///< empty: SQLite's own; tests put faults here
    int checkpoint_pages = 1000;  ///< the log is folded into the file at this length
  };

  /// Opens the file, making it (mode 0600) and the folders on the way to it (0700) where `access`
  /// is `write`. The error's context is a sentence fit for the person who chose the path.
  static Result<Connection> open(const Options& options);

  /// Runs statements that answer nothing, separated by semicolons.
  Result<> execute(const char* sql);

  /// The statement of `sql`, prepared at its first use and kept. Kept by address: `sql` is a
  /// constant of the program.
  Result<sqlite3_stmt*> prepare(const char* sql);

  /// Whether a transaction is open. SQLite ends one by itself after some failures.
  bool in_transaction() const noexcept;
  sqlite3* handle() const noexcept { return database_.get(); }

 private:
  struct CloseDatabase {
    void operator()(sqlite3* database) const noexcept;
  };
  struct FinaliseStatement {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  explicit Connection(sqlite3* database) : database_(database) {}

  std::unique_ptr<sqlite3, CloseDatabase> database_;
  std::unordered_map<const char*, std::unique_ptr<sqlite3_stmt, FinaliseStatement>> statements_;
};

/// One run of a kept statement; frees it for the next run when destroyed, which is before the
/// transaction ends. Failures of the set-up are told by the first `next` or `run`. Bound text must
/// outlive the query.
class Query {
 public:
  Query(Connection& connection, const char* sql);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  /// Binds the parameters ?1, ?2 … in turn.
  Query& bind(std::string_view text);
  Query& bind(std::int64_t number);
  Query& bind(WallTime time) { return bind(time.time_since_epoch().count()); }
  template <class Value>
  Query& bind_optional(const std::optional<Value>& value) {
    return value ? bind(*value) : bind_null();
  }

  /// Goes to the next row; false: there is none.
  Result<bool> next();
  /// Runs to the end, over rows nobody wants. A constraint may fail as late as here.
  Result<> run();

  std::string text(int column) const;
  std::optional<std::string> optional_text(int column) const;
  std::int64_t number(int column) const;
  WallTime time(int column) const { return WallTime(std::chrono::milliseconds(number(column))); }

 private:
  void note(int code);
  Query& bind_null();

  Connection& connection_;
  sqlite3_stmt* statement_ = nullptr;
  Result<> state_;  // the first failure stays
  int parameter_ = 0;
};

/// An open transaction; rolled back when destroyed before it was committed.
class Transaction {
 public:
  enum class Kind {
    read,   ///< one unchanging picture of the database
    write,  ///< the only writer, from the beginning
  };
  static Result<Transaction> begin(Connection& connection, Kind kind);
  ~Transaction();
  Transaction(Transaction&& other) noexcept
      : connection_(std::exchange(other.connection_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;

  /// On failure nothing was written; the transaction is over either way.
  Result<> commit();

 private:
  explicit Transaction(Connection& connection) : connection_(&connection) {}
  void roll_back() noexcept;

  Connection* connection_;
};

}  // namespace quickclinic::store
