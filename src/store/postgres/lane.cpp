#include "store/postgres/lane.hpp"

#include "base/log.hpp"
#include "base/random.hpp"
#include "chat/store.hpp"
#include "store/postgres/error.hpp"

#include <algorithm>
#include <utility>

namespace quickclinic::postgres {

using chat::StoreError;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds watch_interval{250};

// Half of it to all of it: instances that lost a database together come back one by one.
milliseconds jittered(milliseconds wait) {
  return wait / 2 + milliseconds(random_below(static_cast<std::uint64_t>(wait.count() / 2 + 1)));
}

}  // namespace

Lane::Lane(boost::asio::any_io_executor executor, Dialer& dialer, const std::atomic<bool>& ready,
           Limits limits)
    : executor_(std::move(executor)),
      dialer_(dialer),
      ready_(ready),
      limits_(limits),
      back_off_timer_(executor_),
      watch_timer_(executor_),
      pooled_(dialer.pooled()) {}

Lane::~Lane() {
  if (attempt_ != nullptr) attempt_->cancel();
}

void Lane::ask(Statement statement, Parameters parameters, Connection::Reply reply) {
  if (outstanding_ >= limits_.requests_max) {
    ++refused_;
    reply(fail(StoreError::overloaded, "too many requests wait for the database"));
    return;
  }
  ++outstanding_;
  auto request = std::make_unique<Request>(statement, std::move(parameters), std::move(reply),
                                           Clock::now() + limits_.wait_max);
  if (is_open()) {
    send(std::move(request));
  } else {
    queue_.push_back(std::move(request));
    dial();
  }
  arm_watch();
}

void Lane::open() {
  const bool under_way = attempt_ != nullptr || backing_off_;
  if (!is_open() && !under_way && ready_ && dial_after_ <= Clock::now()) begin_attempt();
}

void Lane::send(RequestPtr request) {
  Request& kept = *request;
  connection_->ask(kept.statement, kept.parameters,
                   [this, request = std::move(request)](Result<Rows> rows) mutable {
                     answer(std::move(request), std::move(rows));
                   });
}

void Lane::answer(RequestPtr request, Result<Rows> rows) {
  if (!rows) {
    const bool lost = rows.error().code == Connection::lost();
    const Verdict verdict = lost ? Verdict::unavailable : verdict_of(rows.error());
    const bool try_again = lost || verdict == Verdict::again || verdict == Verdict::statement;
    if (verdict == Verdict::statement) pooled_ = true;
    if (try_again && Clock::now() < request->deadline) {
      if (!lost) {
        send(std::move(request));
      } else {
        queue_.push_back(std::move(request));
        dial();
      }
      return;
    }
    if (lost) rows = fail(StoreError::unavailable, rows.error().context);
  }
  done();
  request->reply(std::move(rows));
}

void Lane::done() {
  if (--outstanding_ > 0 || !watching_) return;
  watching_ = false;
  watch_timer_.cancel();
}

void Lane::dial() {
  if (attempt_ != nullptr || backing_off_ || queue_.empty()) return;
  if (!ready_) return;  // the watch looks again
  if (dial_after_ > Clock::now()) {
    backing_off_ = true;
    back_off_timer_.expires_at(dial_after_);
    back_off_timer_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      backing_off_ = false;
      dial();
    });
    return;
  }
  begin_attempt();
}

void Lane::begin_attempt() {
  attempt_ = dialer_.dial(executor_, [this](Result<Dialed> result) {
    attempt_ = nullptr;
    dialed(std::move(result));
  });
}

void Lane::dialed(Result<Dialed> dialed) {
  if (!dialed) {
    if (back_off_ == milliseconds(0))
      log::warn("database unreachable", {{"error", dialed.error().context}});
    back_off_ = std::clamp(back_off_ * 2, limits_.back_off_min, limits_.back_off_max);
    dial_after_ = Clock::now() + jittered(back_off_);
    dial();
    return;
  }
  if (back_off_ > milliseconds(0)) log::info("database reachable again");
  pooled_ = pooled_ || dialed->pooled;
  connection_ = std::make_unique<Connection>(executor_, std::move(dialed->raw), !pooled_);
  back_off_ = milliseconds(0);
  send_queued();
}

void Lane::send_queued() {
  // Sent in the order in which they came; one that fails at once comes back into the queue.
  std::deque<RequestPtr> queued = std::exchange(queue_, {});
  while (!queued.empty()) {
    RequestPtr request = std::move(queued.front());
    queued.pop_front();
    if (connection_->is_open()) {
      send(std::move(request));
    } else {
      queue_.push_back(std::move(request));
    }
  }
  dial();
}

void Lane::arm_watch() {
  if (watching_ || outstanding_ == 0) return;
  watching_ = true;
  watch_timer_.expires_after(watch_interval);
  watch_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    watching_ = false;
    watch();
  });
}

void Lane::watch() {
  const TimePoint now = Clock::now();
  std::deque<RequestPtr> late;
  for (auto it = queue_.begin(); it != queue_.end();) {
    if ((*it)->deadline > now) {
      ++it;
      continue;
    }
    late.push_back(std::move(*it));
    it = queue_.erase(it);
  }
  for (RequestPtr& request : late) {
    ++refused_;
    done();
    request->reply(fail(StoreError::unavailable, "no connection to the database"));
  }
  // The server gives a statement up before this; one that does not answer at all is gone.
  if (is_open() && connection_->under_way() > 0 && connection_->oldest() + limits_.wait_max < now) {
    log::warn("database does not answer", {{"requests", connection_->under_way()}});
    connection_->close("no answer in time");
  }
  dial();
  arm_watch();
}

}  // namespace quickclinic::postgres
