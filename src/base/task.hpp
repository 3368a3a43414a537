#pragma once

#include "base/result.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

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

/// The other end of `suspend`: called once, from any thread, with what the coroutine is to go on
/// with.
template <class T>
using Resume = std::move_only_function<void(Result<T>)>;

/// Suspends the calling coroutine until the `Resume` handed to `start` is called, then goes on with
/// its argument on the coroutine's own executor. `start` runs before this suspends and may call it
/// at once.
template <class T, class Start>
Task<T> suspend(Start start) {
  auto initiate = [](auto handler, Start begin) {
    using Handler = decltype(handler);
    auto shared =
        std::make_shared<Handler>(std::move(handler));  // owners: the resumer, then the posted call
    auto executor = asio::get_associated_executor(*shared);
    begin(Resume<T>([shared, executor](Result<T> result) mutable {
      asio::post(executor, [shared = std::move(shared), result = std::move(result)]() mutable {
        auto go_on = std::move(*shared);
        shared.reset();
        std::move(go_on)(std::move(result));
      });
    }));
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Result<T>)>(
      initiate, asio::use_awaitable, std::move(start));
}

}  // namespace quickclinic
