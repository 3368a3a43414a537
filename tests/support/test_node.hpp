#pragma once

#include "base/task.hpp"
#include "socketio/namespace.hpp"
#include "tests/support/socketio_client.hpp"
#include "transport/server.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace quickclinic::testing {

/// A real server on a free port of this machine, whose default namespace tests use from inside, on
/// whichever shard they like. Its clients can `join` a room (or several) and `leave` one; both are
/// acknowledged. Driven by one thread, which every call makes wait, at most as long as
/// `LoopbackSocket` would.
class TestNode {
 public:
  using Namespace = socketio::Namespace;

  explicit TestNode(unsigned shards, socketio::AdapterFactory adapter = {});

  std::uint16_t port() const noexcept { return port_; }
  unsigned shards() const noexcept { return server_.shard_count(); }

  /// Runs `what` on the thread of a shard, with its part of the default namespace.
  void on(unsigned shard, std::function<void(Namespace&)> what);
  /// Runs `start` there, and waits for what it hands to its callback.
  template <class T>
  T answer(unsigned shard, std::function<void(Namespace&, std::function<void(T)>)> start) {
    const auto promise =
        std::make_shared<std::promise<T>>();  // owners: this call, and the callback
    on(shard, [&](Namespace& nsp) {
      start(nsp, [promise](T value) { promise->set_value(std::move(value)); });
    });
    return take(*promise);
  }
  /// Spawns the task that `start` makes there, and waits for its end.
  template <class T>
  Result<T> run(unsigned shard, std::function<Task<T>(Namespace&)> start) {
    const auto promise = std::make_shared<std::promise<Result<T>>>();  // owners: both sides
    spawn(server_.shard(shard).executor(), report<T>(std::move(start), of(shard), promise), "test");
    return take(*promise);
  }

 private:
  static constexpr std::chrono::seconds patience{20};

  Namespace& of(unsigned shard) const { return server_.shard(shard).io().of("/"); }

  template <class T>
  static T take(std::promise<T>& promise) {
    auto future = promise.get_future();
    if (future.wait_for(patience) != std::future_status::ready) {
      throw std::runtime_error("nothing comes back");
    }
    return future.get();
  }
  template <class T>
  static Task<> report(std::function<Task<T>(Namespace&)> start, Namespace& nsp,
                       std::shared_ptr<std::promise<Result<T>>> to) {
    Result<T> result = co_await start(nsp);
    to->set_value(std::move(result));
    co_return Result<>();
  }

  transport::Server server_;
  std::uint16_t port_ = 0;
};

/// The id of a client's socket.
std::string socket_id(const SocketIoClient& client);
/// Reads the next packet of `client`, which has to be the question `name`, and answers it.
void answer_question(SocketIoClient& client, std::string_view name, std::string_view with);

}  // namespace quickclinic::testing
