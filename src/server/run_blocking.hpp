#pragma once

#include "base/task.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <utility>

namespace quickclinic::server {

/// Runs a task to its end on the calling thread, for commands that have no loop. Throws what the
/// task throws.
template <class T>
Result<T> run_blocking(Task<T> task) {
  boost::asio::io_context context;
  Result<T> result;
  boost::asio::co_spawn(context, std::move(task),
                        [&result](const std::exception_ptr& thrown, Result<T> value) {
                          if (thrown) std::rethrow_exception(thrown);
                          result = std::move(value);
                        });
  context.run();
  return result;
}

}  // namespace quickclinic::server
