#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/postgres/connection.hpp"
#include "store/postgres/dialer.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

namespace quickclinic::postgres {

/// Statements to a database that may go away and come back: a connection that is opened when
/// something is asked, opened again with jittered back-off when it was lost, and asked again what
/// it had not answered. Whatever is not answered by its deadline fails with `unavailable`.
///
/// A statement may therefore be carried out twice, and has to mean the same then. Belongs to its
/// loop's thread; an idle lane is no work for the loop.
class Lane {
 public:
  struct Limits {
    std::size_t requests_max = 4096;           ///< beyond, `overloaded`: about a second's work
    std::chrono::milliseconds wait_max{4500};  ///< people give up after that
    std::chrono::milliseconds back_off_min{50};
    std::chrono::milliseconds back_off_max{1000};  ///< a returned database is found within this
  };

  /// `ready` is false while the database has not been prepared; nothing is sent before.
  Lane(boost::asio::any_io_executor executor, Dialer& dialer, const std::atomic<bool>& ready,
       Limits limits);
  /// Forgets what is outstanding: its replies are not called.
  ~Lane();

  void ask(Statement statement, Parameters parameters, Connection::Reply reply);

  /// Requests that have no answer yet.
  std::size_t outstanding() const noexcept { return outstanding_; }
  /// Requests that were refused since the beginning: too many waited, or for too long.
  std::uint64_t refused() const noexcept { return refused_; }
  /// Whether there is a connection, as far as is known.
  bool is_open() const noexcept { return connection_ != nullptr && connection_->is_open(); }
  /// Sees to it that there will be one, if the database lets it; `ask` does so by itself.
  void open();

 private:
  struct Request {
    Statement statement;
    Parameters parameters;
    Connection::Reply reply;
    TimePoint deadline;
  };
  using RequestPtr = std::unique_ptr<Request>;

  void send(RequestPtr request);
  void answer(RequestPtr request, Result<Rows> rows);
  void done();
  void dial();
  void begin_attempt();
  void dialed(Result<Dialed> dialed);
  void send_queued();
  void arm_watch();
  void watch();

  boost::asio::any_io_executor executor_;
  Dialer& dialer_;
  const std::atomic<bool>& ready_;
  Limits limits_;
  std::deque<RequestPtr> queue_;  // while there is no connection
  std::size_t outstanding_ = 0;   // queued and sent
  std::uint64_t refused_ = 0;
  std::unique_ptr<Connection> connection_;
  std::shared_ptr<Dialer::Attempt> attempt_;
  std::chrono::milliseconds back_off_{0};
  TimePoint dial_after_{};
  boost::asio::steady_timer back_off_timer_;
  bool backing_off_ = false;
  boost::asio::steady_timer watch_timer_;
  bool watching_ = false;
  bool pooled_ = false;
};

}  // namespace quickclinic::postgres
