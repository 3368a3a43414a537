#pragma once

#include "base/result.hpp"
#include "base/task.hpp"
#include "socketio/arguments.hpp"
#include "socketio/event.hpp"
#include "socketio/function_type.hpp"

#include <concepts>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace quickclinic::socketio {

class Socket;

using EventHandler = std::function<void(Socket&, Event&)>;

namespace detail {

// -- what a handler may take: a slot for each parameter, filled before the call

/// Stands for what is there anyway.
struct Given {};

template <class P>
concept SocketParameter = std::same_as<P, Socket&> || std::same_as<P, const Socket&> ||
                          std::same_as<std::remove_cvref_t<P>, std::shared_ptr<Socket>>;

template <class P>
concept EventParameter = std::same_as<P, Event&> || std::same_as<P, const Event&>;

template <class P>
concept GivenParameter = SocketParameter<P> || EventParameter<P> || std::same_as<P, Ack>;

template <class P>
using Slot = std::conditional_t<GivenParameter<P>, Given, std::remove_cvref_t<P>>;

template <class P>
constexpr void check_parameter() {
  using T = Slot<P>;
  static_assert(
      std::same_as<T, Given> || std::same_as<T, Arguments> || json::Readable<T>,
      "a handler's parameter must be Socket&, SocketPtr, Event&, Ack, Arguments, or a type "
      "that can be read from JSON (json/described_types.hpp)");
  static_assert(GivenParameter<P> || !std::is_lvalue_reference_v<P> ||
                    std::is_const_v<std::remove_reference_t<P>>,
                "a handler's parameter must be taken by value or by reference to const");
}

// -- what it may return

template <class R>
struct Outcome {
  using Value = R;
  static constexpr bool is_task = false;
};
template <class T>
struct Outcome<Result<T>> : Outcome<T> {};
template <class T>
struct Outcome<Task<T>> : Outcome<T> {
  static constexpr bool is_task = true;
};

template <class T>
concept Answer = std::is_void_v<T> || std::same_as<T, Arguments> || json::Writable<T>;

// -- the parts that need no template

/// Gives `error` to the error policy of the socket's namespace.
void fail_event(Socket& socket, std::string_view event, const Error& error, Ack& ack);
/// Logs the exception, and gives the policy an internal error.
void fail_event(Socket& socket, std::string_view event, const std::exception_ptr& thrown, Ack& ack);
/// False when `event` was too large to be read, which the policy has been told.
bool check_whole(Socket& socket, Event& event);
Arguments take_arguments(Event& event);
void answer_nothing(Ack& ack);
std::shared_ptr<Socket> keep(Socket& socket);
/// Where the shard's coroutines run.
asio::any_io_executor executor_of(Socket& socket);

template <class T>
void answer(Ack& ack, const T& value) {
  if constexpr (std::same_as<T, Arguments>) {
    ack.send(value);
  } else {
    ArgumentsText text;
    json::write(text, value);
    if (const auto written = text.finish()) {
      ack.send_text(*written);
    } else {
      ack.send(make_arguments(value));
    }
  }
}

// -- the call

/// The event that a handler is called for, while or after it arrives.
struct Call {
  Socket& socket;
  Event* event;  // null in a coroutine
  Ack& ack;
};

template <class P>
decltype(auto) pass(Slot<P>& slot, const Call& call) {
  if constexpr (std::same_as<P, Socket&> || std::same_as<P, const Socket&>) {
    return static_cast<P>(call.socket);
  } else if constexpr (SocketParameter<P>) {
    return keep(call.socket);
  } else if constexpr (EventParameter<P>) {
    return static_cast<P>(*call.event);
  } else if constexpr (std::same_as<P, Ack>) {
    return std::exchange(call.ack, Ack());  // from now on the handler's
  } else {
    return std::forward<P>(slot);
  }
}

template <class Signature>
struct Handler;

template <class R, class... P>
struct Handler<R(P...)> {
  using Slots = std::tuple<Slot<P>...>;
  using Value = typename Outcome<R>::Value;
  static constexpr bool is_task = Outcome<R>::is_task;
  static constexpr bool takes_ack = (std::same_as<P, Ack> || ...);
  static constexpr bool takes_event = (EventParameter<P> || ...);

  static constexpr void check() {
    (check_parameter<P>(), ...);
    static_assert(Answer<Value>,
                  "a handler must return nothing, Arguments or a type that can be written as JSON "
                  "(json/described_types.hpp); or a Result or a Task of one of these");
    static_assert(!(is_task && takes_event),
                  "a coroutine must not take Event&: it ends before the coroutine does. Take the "
                  "arguments by their types, or as Arguments");
    static_assert(!takes_ack || std::is_void_v<Value>,
                  "a handler that takes the Ack answers by itself, and must return no value");
    static_assert((0 + ... + (std::same_as<Slot<P>, Arguments> ? 1 : 0)) <= 1,
                  "a handler must take Arguments once");
  }

  /// False when an argument does not fit, which the policy has been told.
  static bool read(Socket& socket, Event& event, Slots& slots) {
    if constexpr (!(std::same_as<Slot<P>, Given> && ...)) {
      if (!check_whole(socket, event)) return false;
      ArgumentsReader reader(event.arguments, event.attachments);
      const auto read_one = [&]<class T>(T& slot) {
        if constexpr (std::same_as<T, Given>) {
          return true;
        } else if constexpr (std::same_as<T, Arguments>) {
          slot = take_arguments(event);
          return true;
        } else {
          return reader.next(slot);
        }
      };
      const bool good = std::apply([&](auto&... slot) { return (read_one(slot) && ...); }, slots);
      if (!good) fail_event(socket, event.name, reader.error(), event.ack);
      return good;
    }
    return true;
  }

  template <class F>
  static R call(F& handler, Slots& slots, const Call& call) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) -> R {
      return handler(pass<P>(std::get<I>(slots), call)...);
    }(std::index_sequence_for<P...>());
  }

  template <class T>
  static void settle(Socket& socket, std::string_view event, Ack& ack, const Result<T>& result) {
    if (!result) {
      fail_event(socket, event, result.error(), ack);
    } else if (ack.wanted()) {
      if constexpr (std::is_void_v<T>) {
        if (!takes_ack) answer_nothing(ack);
      } else {
        answer(ack, *result);
      }
    }
  }

  template <class F>
  static void run(F& handler, Socket& socket, Event& event) {
    Slots slots;
    if (!read(socket, event, slots)) return;
    const Call here{socket, &event, event.ack};
    if constexpr (std::is_void_v<R>) {
      call(handler, slots, here);
      if (!takes_ack && !takes_event && event.ack.wanted()) answer_nothing(event.ack);
    } else if constexpr (std::same_as<R, Result<Value>>) {
      settle(socket, event.name, event.ack, call(handler, slots, here));
    } else {
      const R result = call(handler, slots, here);
      if (event.ack.wanted()) answer(event.ack, result);
    }
  }

  /// Owns all that the handler's coroutine refers to, and outlives it.
  template <class F>
  static Task<> run_task(std::shared_ptr<F> handler, std::shared_ptr<Socket> socket,
                         std::string event, Ack ack, Slots slots) {
    std::exception_ptr thrown;
    try {
      const Call here{*socket, nullptr, ack};
      Task<Value> task = call(*handler, slots, here);
      const Result<Value> result = co_await std::move(task);
      settle(*socket, event, ack, result);
    } catch (...) {
      thrown = std::current_exception();
    }
    if (thrown) fail_event(*socket, event, thrown, ack);
    co_return Result<>();
  }

  template <class F>
  static void start(const std::shared_ptr<F>& handler, Socket& socket, Event& event) {
    Slots slots;
    if (!read(socket, event, slots)) return;
    asio::any_io_executor executor = executor_of(socket);
    spawn(std::move(executor),
          run_task(handler, keep(socket), std::string(event.name), std::exchange(event.ack, Ack()),
                   std::move(slots)),
          "event handler");
  }
};

}  // namespace detail

/// Makes an event handler of a callable that says what it wants and what it answers:
///
///     [](Socket& socket, SendMessage message) -> Task<Receipt> { … }
///     [](int page, std::optional<std::string> order) -> Result<Page> { … }
///     [](SocketPtr socket, Bytes picture, Ack ack) { … }
///
/// Its parameters: `Socket&` or `SocketPtr`, wherever they stand; then the event's arguments in
/// their order, by value or by reference to const (`json/described_types.hpp` says which types). An
/// argument that is a std::optional may be missing; more arguments than it takes are ignored. With
/// `Arguments` it takes them all as they are. `Ack` gives it the answer, to be sent by itself;
/// `Event&` the raw event, whose answer is its own affair as well unless it returns a value.
///
/// What it returns is the answer, if one is wanted: a value; several as `Arguments`; an empty
/// answer for nothing. A `Result` may be an error instead, and a `Task` of any of these a
/// coroutine. It runs where the shard's coroutines run. Until it ends, its arguments, its socket
/// and what the callable has captured stay alive, so that it may take `Socket&` and references to
/// const without fear.
///
/// Arguments that do not fit, an error and an exception go to the namespace's error policy
/// (`socketio/error_policy.hpp`).
template <class Callable>
EventHandler typed_handler(Callable&& callable) {
  using F = std::decay_t<Callable>;
  if constexpr (std::same_as<F, EventHandler>) {
    return std::forward<Callable>(callable);
  } else if constexpr (requires { typename FunctionType<F>::type; }) {
    using Typed = detail::Handler<typename FunctionType<F>::type>;
    Typed::check();
    // Owners: the handler, which has to be copied now and then, and the coroutines of its calls.
    auto shared = std::make_shared<F>(std::forward<Callable>(callable));
    if constexpr (Typed::is_task) {
      return [shared](Socket& socket, Event& event) { Typed::start(shared, socket, event); };
    } else {
      return [shared](Socket& socket, Event& event) { Typed::run(*shared, socket, event); };
    }
  } else {
    static_assert(std::is_invocable_v<F&, Socket&, Event&>,
                  "a handler with auto parameters or several call operators must take (Socket&, "
                  "Event&)");
    return EventHandler(std::forward<Callable>(callable));
  }
}

}  // namespace quickclinic::socketio
