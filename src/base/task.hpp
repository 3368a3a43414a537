#pragma once

#include "base/result.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string_view>

namespace quickclinic {

namespace asio = boost::asio;

/// A coroutine that ends in a value or an `Error`. It runs on the executor it was spawned on and
/// nowhere else.
template <class T = void>
using Task = asio::awaitable<Result<T>>;

/// Starts `task` on `executor`. What it throws or returns as an error is logged under `name` and
/// counted; nothing of it reaches the caller. The one place where coroutines begin.
void spawn(asio::any_io_executor executor, Task<> task, std::string_view name);

/// How many spawned tasks ended in an exception since the process began. Any thread.
std::uint64_t failed_tasks() noexcept;

}  // namespace quickclinic
