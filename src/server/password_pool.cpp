#include "server/password_pool.hpp"

#include "base/completion.hpp"
#include "server/error_reply.hpp"
#include "server/identity/password.hpp"

#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/this_coro.hpp>

#include <utility>

namespace quickclinic::server {

PasswordPool::PasswordPool(Limits limits) : limits_(limits) {
  for (unsigned i = 0; i < limits_.threads; ++i) threads_.emplace_back([this] { run(); });
}

Task<bool> PasswordPool::check(std::string password, std::optional<std::string> hash) {
  const std::optional<unsigned> cost = hash ? identity::hash_cost(*hash) : std::nullopt;
  if (cost) {
    cost_ = *cost;
  } else {
    hash = identity::unknown_password_hash(cost_);
  }
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  using Done = std::function<void(Result<bool>)>;
  std::function<void(Done)> start = [&](const Done& done) {
    const auto answer = [executor, done](Result<bool> fits) {
      // Keeps the loop until `post` has returned, though the answer may be all that it runs for.
      const auto work = asio::prefer(executor, asio::execution::outstanding_work.tracked);
      asio::post(executor, [done, fits = std::move(fits)] { done(fits); });
    };
    const bool taken = submit([answer, password = std::move(password), hash = std::move(*hash)] {
      answer(identity::check_password(password, hash));
    });
    if (!taken) answer(fail(ServerError::service_unavailable, "too many passwords to check"));
  };
  co_return co_await completion<bool>(std::move(start));
}

bool PasswordPool::submit(Job job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || jobs_.size() >= limits_.waiting_max) return false;
    jobs_.push_back(std::move(job));
  }
  more_.notify_one();
  return true;
}

void PasswordPool::run() {
  while (true) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      more_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    job();
  }
}

std::size_t PasswordPool::waiting() {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

void PasswordPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  more_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace quickclinic::server
