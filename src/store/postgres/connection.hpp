#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/postgres/parameters.hpp"
#include "store/postgres/rows.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

struct pg_conn;

namespace quickclinic::postgres {

struct Finish {
  void operator()(pg_conn* connection) const noexcept;
};
using RawConnection = std::unique_ptr<pg_conn, Finish>;

/// A statement of ours. `sql` is a literal: its address names it on each connection.
struct Statement {
  const char* sql = nullptr;
};

/// One connection to PostgreSQL, in pipeline mode on one event loop: any number of statements is
/// under way at once, each a transaction of its own, answered in the order in which they were
/// asked.
///
/// Belongs to its loop's thread, which it never blocks. Waits for the server only while something
/// is to be answered, or `listen` was called, so that an idle connection is no work for the loop;
/// that it was lost meanwhile is noticed by the next statement.
class Connection {
 public:
  /// Called once. An error with the code `lost()` says that the connection is gone, and that the
  /// statement may have been carried out or not.
  using Reply = std::move_only_function<void(Result<Rows>)>;

  /// Takes over an open connection. Without `prepared` every statement is parsed each time, as a
  /// pooler that lends connections by the transaction wants it.
  Connection(const boost::asio::any_io_executor& executor, RawConnection raw, bool prepared);
  /// Drops the replies that are outstanding.
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void ask(Statement statement, const Parameters& parameters, Reply reply);

  /// From now on notifications are told, and `on_lost` when the connection goes though nothing was
  /// asked.
  void listen(std::function<void(std::string_view payload)> on_notification,
              std::function<void()> on_lost);

  /// Answers whatever is outstanding with `lost()`. Nothing can be asked any more.
  void close(std::string_view why);

  bool is_open() const noexcept { return raw_ != nullptr; }
  std::size_t under_way() const noexcept { return waiting_.size(); }
  TimePoint oldest() const noexcept { return waiting_.front().asked_at; }

  static std::error_code lost() noexcept;

 private:
  struct Waiting {
    Reply reply;
    TimePoint asked_at;
    ResultPtr result;
    Result<> outcome;
    bool prepares = false;
    const char* sql = nullptr;
  };
  struct Alive;  // outlives the connection in the loop's callbacks

  bool send(Statement statement, const Parameters& parameters, bool prepare);
  void flush();
  void wait_readable();
  void read();
  void take(ResultPtr result);
  void finish_front();

  RawConnection raw_;
  boost::asio::posix::stream_descriptor socket_;
  std::deque<Waiting> waiting_;
  std::unordered_set<const char*> prepared_;
  bool prepare_;
  bool reading_ = false;
  bool writing_ = false;
  std::function<void(std::string_view)> on_notification_;
  std::function<void()> on_lost_;
  std::shared_ptr<Alive> alive_;
};

}  // namespace quickclinic::postgres
