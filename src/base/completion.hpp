#pragma once

#include "base/task.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <functional>
#include <memory>
#include <utility>

namespace quickclinic {

/// Makes a task of a function that answers by callback: `start` is called when the task is awaited,
/// and the task goes on when the callback it was given is called, once, on the same executor.
/// Include it in a `.cpp` only: it brings Asio's machinery along.
template <class T>
Task<T> completion(std::function<void(std::function<void(Result<T>)>)> start) {
  return asio::async_initiate<decltype(asio::use_awaitable), void(Result<T>)>(
      [](auto handler, auto begin) {
        // `std::function` wants to be copied; the handler has one owner all the same.
        auto kept = std::make_shared<decltype(handler)>(std::move(handler));
        begin([kept](Result<T> result) { std::move (*kept)(std::move(result)); });
      },
      asio::use_awaitable, std::move(start));
}

/// The same for a function that has to know on which executor it is to call back.
template <class T>
Task<T> completion_on(
    std::function<void(const asio::any_io_executor&, std::function<void(Result<T>)>)> start) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  co_return co_await completion<T>(
      [executor, start = std::move(start)](std::function<void(Result<T>)> reply) {
        start(executor, std::move(reply));
      });
}

}  // namespace quickclinic
