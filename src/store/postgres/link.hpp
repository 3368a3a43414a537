#pragma once

#include "base/task.hpp"
#include "store/postgres/appender.hpp"
#include "store/postgres/lane.hpp"
#include "store/postgres/listener.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <string>

namespace quickclinic::postgres {

/// One event loop's connections to the database: one for what is written, another for messages that
/// come while some are being stored, one for what is read, so that a long read holds up no message.
/// Belongs to that loop's thread.
class Link {
 public:
  struct Limits {
    Lane::Limits lane = {};
    Appender::Limits appends = {};
  };

  Link(const boost::asio::any_io_executor& executor, Dialer& dialer, const std::atomic<bool>& ready,
       SendChains& chains, const Limits& limits, std::function<WallTime()> wall_now)
      : writes(executor, dialer, ready, limits.lane),
        more_appends(executor, dialer, ready, limits.lane),
        reads(executor, dialer, ready, limits.lane),
        appends(executor, writes, more_appends, chains, limits.appends, std::move(wall_now)) {}

  Lane writes;
  Lane more_appends;
  Lane reads;
  Appender appends;
  /// Adds what the loop has done and what waits for it.
  void measure(chat::StoreMeasures& measures) const;

  std::unique_ptr<Listener> listener = {};  ///< on one of the loops
};

/// The links of one store: one on each loop that asked something of it. Any thread.
///
/// A link lives in its loop's context and goes with it, so that every loop has to end before this
/// object does.
class Links {
 public:
  using Make = std::function<std::unique_ptr<Link>(const boost::asio::any_io_executor&)>;
  explicit Links(Make make) : make_(std::move(make)) {}

  /// The link of the loop that `executor` runs, which has to be the calling one.
  Link& of(const boost::asio::any_io_executor& executor);
  /// The same; null when there is none yet.
  Link* find(const boost::asio::any_io_executor& executor) const;

 private:
  Make make_;
};

/// Asks `statement` of a lane of the calling coroutine's loop and goes on with what it answers.
enum class LaneChoice { read, write };
Task<Rows> ask(Links& links, LaneChoice choice, Statement statement, Parameters parameters);

}  // namespace quickclinic::postgres
