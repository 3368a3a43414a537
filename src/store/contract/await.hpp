#pragma once

#include "base/task.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace quickclinic::store {

/// Where a test's task leaves its answer.
template <class T>
struct Answer {
  std::optional<Result<T>> result;
  std::exception_ptr thrown;
};

/// Starts `task` on `loop`; `answer` is filled when it has ended, and outlives it.
template <class T>
void start(asio::io_context& loop, Task<T> task, Answer<T>& answer) {
  asio::co_spawn(loop, std::move(task), [&answer](std::exception_ptr thrown, Result<T> result) {
    answer.thrown = thrown;
    answer.result = std::move(result);
  });
}

/// Runs `task` to its end on a loop of its own. For tests: nothing else blocks a thread for a task.
template <class T>
Result<T> await(Task<T> task) {
  asio::io_context loop;
  Answer<T> answer;
  start(loop, std::move(task), answer);
  loop.run();
  if (answer.thrown) std::rethrow_exception(answer.thrown);
  return std::move(answer.result).value();
}

}  // namespace quickclinic::store
