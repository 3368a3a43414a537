#pragma once

#include "base/string_hash.hpp"
#include "base/timer_wheel.hpp"
#include "socketio/broadcast.hpp"
#include "socketio/namespace.hpp"
#include "socketio/settings.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace quickclinic::socketio {

/// A Socket.IO server on one shard: its namespaces, and what they share. Does no I/O: the time
/// comes from the clock that it is given, timers run on the shard's wheel, other shards are behind
/// `link`. Single-threaded.
class Server {
 public:
  struct Environment {
    TimerWheel& timers;
    std::function<TimePoint()> now;
    ShardLink* link = nullptr;  ///< null: there is no other shard
  };

  Server(Settings settings, Environment environment);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  /// The namespace of that name, made when it is new. The name gets a slash in front if it has
  /// none.
  Namespace& of(std::string_view name);
  /// Null when the application has made no such namespace.
  Namespace* find(std::string_view name) const;

  /// A broadcast that another shard published.
  void deliver(const Broadcast& broadcast);

  const Parser& parser() const noexcept { return *parser_; }
  const Settings& settings() const noexcept { return settings_; }
  TimerWheel& timers() const noexcept { return environment_.timers; }
  TimePoint now() const { return environment_.now(); }
  ShardLink* link() const noexcept { return environment_.link; }

 private:
  Settings settings_;
  const Parser* parser_;
  Environment environment_;
  StringMap<std::unique_ptr<Namespace>> namespaces_;
};

}  // namespace quickclinic::socketio
