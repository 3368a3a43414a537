#pragma once

#include "base/clock.hpp"
#include "base/task.hpp"
#include "store/sqlite/connection.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace quickclinic::store {

/// A suspended caller's request, on its way to a database thread and back. Owned by whoever has it
/// in hand: the queue, the thread, then the post to the caller's executor. Exactly one answer
/// reaches the caller.
class Job {
 public:
  explicit Job(asio::any_io_executor executor) : executor_(std::move(executor)) {}
  virtual ~Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  /// Asks the database; on a database thread, inside its transaction.
  virtual void run(Connection& connection) = 0;
  /// Sets the answer to `error`, whatever it was before.
  virtual void refuse(const Error& error) = 0;
  /// The error that is the answer, or null.
  virtual const Error* failure() const noexcept = 0;
  /// Goes on with the caller; on its executor, once.
  virtual void resume() = 0;

  const asio::any_io_executor& executor() const noexcept { return executor_; }

  TimePoint asked_at{};  ///< when it was queued

 private:
  asio::any_io_executor executor_;
};

using Jobs = std::vector<std::unique_ptr<Job>>;

/// Resumes every caller of `jobs` on its own executor, those of one executor in the order of
/// `jobs`, with one post per executor however many there are. Any thread.
void resume_all(Jobs jobs);

/// `work` is a `Result<T>(Connection&)`; it may throw.
template <class T, class Work, class Handler>
class JobOf final : public Job {
 public:
  JobOf(asio::any_io_executor executor, Work work, Handler handler)
      : Job(std::move(executor)), work_(std::move(work)), handler_(std::move(handler)) {}

  void run(Connection& connection) override { answer_ = work_(connection); }
  void refuse(const Error& error) override { answer_ = std::unexpected(error); }
  const Error* failure() const noexcept override { return answer_ ? nullptr : &answer_.error(); }
  void resume() override { std::move(handler_)(std::move(answer_)); }

 private:
  Work work_;
  Handler handler_;
  Result<T> answer_ = std::unexpected(Error(std::error_code(), "never asked"));
};

/// Suspends the calling coroutine, hands its `work` as a job to `submit`, and goes on with the
/// answer. Unlike `quickclinic::suspend` it lets whoever finishes several jobs wake their callers
/// together.
template <class T, class Work, class Submit>
Task<T> ask(Work work, Submit submit) {
  auto initiate = [](auto handler, Work todo, Submit hand_over) {
    auto executor = asio::any_io_executor(asio::get_associated_executor(handler));
    hand_over(std::make_unique<JobOf<T, Work, decltype(handler)>>(
        std::move(executor), std::move(todo), std::move(handler)));
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Result<T>)>(
      initiate, asio::use_awaitable, std::move(work), std::move(submit));
}

}  // namespace quickclinic::store
