#include "store/sqlite/job_queue.hpp"

#include "chat/store.hpp"

#include <utility>

namespace quickclinic::store {

using chat::StoreError;

namespace {

void turn_away(Jobs jobs, const Error& error) {
  for (auto& job : jobs) job->refuse(error);
  resume_all(std::move(jobs));
}

}  // namespace

void JobQueue::submit(std::unique_ptr<Job> job) {
  job->asked_at = now_();
  bool closed = false;
  {
    const std::lock_guard lock(mutex_);
    closed = closed_;
    if (!closed && waiting_.size() < limits_.jobs_max) {
      waiting_.push_back(std::move(job));
      arrived_.notify_one();
      return;
    }
    ++refused_;
  }
  Jobs refused;
  refused.push_back(std::move(job));
  turn_away(std::move(refused),
            closed ? Error(StoreError::unavailable, "the store is closing")
                   : Error(StoreError::overloaded, "too many requests wait for the database"));
}

Jobs JobQueue::take(std::size_t jobs_max) {
  while (true) {
    Jobs taken;
    Jobs late;
    {
      std::unique_lock lock(mutex_);
      while (!closed_ && waiting_.empty()) {
        if (!nudged_) {
          arrived_.wait(lock);
        } else if (arrived_.wait_until(lock, *nudged_) == std::cv_status::timeout) {
          break;
        }
      }
      nudged_.reset();
      if (waiting_.empty()) return taken;
      const TimePoint earliest = now_() - limits_.wait_max;
      while (!waiting_.empty() && taken.size() < jobs_max) {
        auto& jobs = waiting_.front()->asked_at < earliest ? late : taken;
        jobs.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
      }
      refused_ += late.size();
    }
    turn_away(std::move(late),
              {StoreError::overloaded, "the request waited too long for the database"});
    if (!taken.empty()) return taken;
  }
}

void JobQueue::nudge(Duration wait) {
  const std::lock_guard lock(mutex_);
  if (nudged_) return;
  nudged_ = Clock::now() + wait;
  arrived_.notify_all();
}

bool JobQueue::closed() {
  const std::lock_guard lock(mutex_);
  return closed_;
}

JobQueue::Depth JobQueue::depth() {
  const std::lock_guard lock(mutex_);
  return {waiting_.size(), refused_};
}

void JobQueue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  arrived_.notify_all();
}

}  // namespace quickclinic::store
