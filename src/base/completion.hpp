#pragma once

#include "base/task.hpp"

#include <boost/asio/async_result.hpp>
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

}  // namespace quickclinic
