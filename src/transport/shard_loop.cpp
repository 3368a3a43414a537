// The loop of a shard: the ends of its batches, its timers, and what becomes of exceptions.
#include "transport/shard_loop.hpp"

#include "base/log.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace quickclinic::transport {
namespace {

// An armed timer is noticed at the end of a batch; one that was armed outside of any is noticed
// after this at worst.
constexpr std::chrono::milliseconds timer_slack{1000};

}  // namespace

void Shard::run() {
  arm_timer();
  while (!shield("loop", [this] { loop_->context.run(); })) {
    // It can have been the wait for the next event that failed.
    shield("loop", [this] { poller_->revive(); });
    arm_timer();
  }
}

// -- the end of a batch
// -------------------------------------------------------------------------------------------

void Shard::flush_later(Connection& connection) noexcept {
  if (connection.queued_) return;
  shield("connection", [&] {
    to_flush_.push_back(&connection);
    connection.queued_ = true;
    flush_soon();
  });
}

void Shard::pump_later(LiveSession& session) noexcept {
  if (session.queued_) return;
  shield("session", [&] {
    to_pump_.push_back(&session);
    session.queued_ = true;
    flush_soon();
  });
}

void Shard::flush_soon() {
  if (in_batch_ || flush_scheduled_) return;
  boost::asio::post(loop_->context, [this] {
    flush_scheduled_ = false;
    flush();
  });
  flush_scheduled_ = true;
}

void Shard::flush() noexcept {
  in_batch_ = true;
  bool swept = false;
  while (!to_pump_.empty() || !to_flush_.empty() || (sweep_due_ && !swept)) {
    // Both lists may grow while they are walked.
    for (std::size_t i = 0; i < to_pump_.size(); ++i) pump(*to_pump_[i]);
    to_pump_.clear();
    for (std::size_t i = 0; i < to_flush_.size(); ++i) {
      if (to_flush_[i] != nullptr) flush(*to_flush_[i]);
    }
    to_flush_.clear();
    if (sweep_due_ && !std::exchange(swept, true)) {
      sweep_due_ = false;
      shield("sweep", [this] { sweep(); });
    }
  }
  deflate_.end_batch();
  if (relay_ != nullptr) relay_->end_batch();
  dead_connections_.clear();
  dead_sessions_.clear();
  in_batch_ = false;
  arm_timer();
}

void Shard::pump(LiveSession& session) noexcept {
  if (!shield("session", [&] { session.pump(); })) session.fail();
}

void Shard::flush(Connection& connection) noexcept {
  const std::uint64_t id = connection.id();
  if (shield("connection", [&] { connection.flush(); })) return;
  // A request in its input may have taken it to another shard before.
  if (find_connection(id) == &connection) connection.on_failure();
}

// Does what may not have been noted down for want of memory. Rare, and so without lists of its own.
void Shard::sweep() {
  std::vector<LiveSession*> sessions;
  sessions.reserve(sessions_.size());
  for (const auto& [name, session] : sessions_) sessions.push_back(session.get());
  std::vector<Connection*> connections;
  connections.reserve(connections_.size());
  for (const auto& [id, connection] : connections_) connections.push_back(connection.get());
  // Whoever is buried here is destroyed after the batch.
  for (LiveSession* session : sessions) pump(*session);
  for (Connection* connection : connections) {
    if (connection->state_ == Connection::State::dead) {
      bury(*connection);
    } else {
      flush(*connection);
    }
  }
}

void Shard::bury(Connection& connection) noexcept {
  const auto found = connections_.find(connection.id());
  if (found == connections_.end()) return;
  connection.detach();
  shield("connection", [&] {
    dead_connections_.push_back(std::move(found->second));
    connections_.erase(found);
    flush_soon();
  });
}

void Shard::bury(LiveSession& session) noexcept {
  const auto found = sessions_.find(session.session().id().text());
  if (found == sessions_.end()) return;
  session.timer_.cancel();
  shield("session", [&] {
    dead_sessions_.push_back(std::move(found->second));
    sessions_.erase(found);
    --counters_.sessions[session.session().transport()];
    session_count_.store(sessions_.size(), std::memory_order_relaxed);
  });
}

// -- time
// ---------------------------------------------------------------------------------------------------------

void Shard::arm_timer() noexcept {
  if (stopped_) return;
  const std::optional<TimePoint> next = timers_.next_deadline();
  if (timer_armed_for_ != TimePoint::max() && (!next || *next >= timer_armed_for_)) return;
  const TimePoint latest = Clock::now() + timer_slack;
  const TimePoint when = next ? std::min(*next, latest) : latest;
  // A second try, since without a timer nothing would wake a silent shard.
  if (!shield("timer", [&] { arm_timer_at(when); })) shield("timer", [&] { arm_timer_at(when); });
}

void Shard::arm_timer_at(TimePoint when) {
  timer_armed_for_ = TimePoint::max();
  loop_->timer.expires_at(when);
  loop_->timer.async_wait([this](const boost::system::error_code& error) {
    if (!error) advance();  // else it was armed anew
  });
  timer_armed_for_ = when;
}

void Shard::advance() noexcept {
  timer_armed_for_ = TimePoint::max();
  in_batch_ = true;
  // Each timer that throws has been disarmed before, so this comes to an end.
  while (!shield("timer", [this] { timers_.advance(Clock::now()); })) {
  }
  shield("loop", [this] { poller_->revive(); });
  if (wake_missed_.load(std::memory_order_relaxed) && wake_missed_.exchange(false)) take_mail();
  flush();
}

// -- exceptions
// ---------------------------------------------------------------------------------------------------------

void Shard::note_failure(std::string_view what) noexcept {
  failures_.fetch_add(1, std::memory_order_relaxed);
  sweep_due_ = true;
  try {
    try {
      throw;
    } catch (const std::exception& error) {
      log::error("exception caught", {{"shard", index_}, {"of", what}, {"what", error.what()}});
    } catch (...) {
      log::error("exception caught", {{"shard", index_}, {"of", what}});
    }
  } catch (...) {
    return;  // no memory for a line of the log either; it is counted
  }
}

}  // namespace quickclinic::transport
