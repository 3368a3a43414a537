#pragma once

#include "base/delayed_calls.hpp"
#include "base/string_hash.hpp"
#include "base/task.hpp"
#include "base/timer_wheel.hpp"
#include "socketio/callbacks.hpp"
#include "socketio/cluster.hpp"
#include "socketio/counters.hpp"
#include "socketio/error_policy.hpp"
#include "socketio/namespace.hpp"
#include "socketio/node.hpp"
#include "socketio/parent_namespace.hpp"
#include "socketio/recovery.hpp"
#include "socketio/settings.hpp"
#include "socketio/shard_link.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

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
    /// Where coroutines of handlers run; empty: there can be none.
    std::function<asio::any_io_executor()> executor = {};
    /// Told of calls that wait for `timers`, which are not always armed where its host looks. May
    /// be empty.
    std::function<void()> put_off = {};
    bool has_adapter = false;  ///< shard 0 has one, or will have before the first client
  };

  Server(Settings settings, Environment environment);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  // -- namespaces

  /// The namespace of that name, made when it is new. The name gets a slash in front if it has
  /// none.
  Namespace& of(std::string_view name);
  /// Namespaces that are made when a client asks for them: `filter` decides by their name (and the
  /// client's handshake), `set_up` gives a new one its handlers. Asked in the order in which they
  /// were added, when no namespace of the name exists. The same on every shard.
  ParentNamespace& of_matching(NamespaceFilter filter, NamespaceSetup set_up);
  /// The same, by a regular expression (ECMAScript) that has to match somewhere in the name, as in
  /// JavaScript: `^/room-\d+$`. Throws `std::regex_error` when it is none.
  ParentNamespace& of_matching(const std::string& pattern, NamespaceSetup set_up);
  /// Null when there is no such namespace now.
  Namespace* find(std::string_view name) const;
  /// Disconnects the sockets of a namespace and forgets it. Allowed in any of its own handlers.
  void remove(Namespace& nsp);
  std::vector<std::string> namespace_names() const;

  // -- for its parts

  /// Looks for the namespace that a client asks for, makes it if a parent wants it, and calls
  /// `found`, now or later, with it or null.
  void look_up(std::string_view name, const Handshake& handshake,
               std::function<void(Namespace*)> found);
  /// A broadcast that another shard published.
  void deliver(const BroadcastPtr& broadcast);
  ParentNamespace& parent(std::size_t index) const { return *parents_[index]; }

  const Parser& parser() const noexcept { return *parser_; }
  const Settings& settings() const noexcept { return settings_; }
  TimerWheel& timers() const noexcept { return environment_.timers; }
  TimePoint now() const { return environment_.now(); }
  ShardLink* link() const noexcept { return environment_.link; }
  unsigned shard() const noexcept { return link() == nullptr ? 0 : link()->shard(); }
  asio::any_io_executor executor() const { return environment_.executor(); }
  bool has_adapter() const noexcept { return environment_.has_adapter; }
  Node& node() noexcept { return node_; }
  Cluster& cluster() noexcept { return cluster_; }
  Callbacks& callbacks() noexcept { return callbacks_; }
  Recovery& recovery() noexcept { return recovery_; }
  Counters& counters() noexcept { return counters_; }
  /// True when so many requests are under way that no other may begin.
  bool requests_full() const noexcept { return callbacks_.size() >= settings_.open_callbacks_max; }
  /// Calls `what` once, later.
  void after(std::chrono::milliseconds delay, std::function<void()> what) {
    delayed_.at(now() + delay, std::move(what));
    if (environment_.put_off) environment_.put_off();
  }
  /// A number for a question to clients, unlike all others of this process.
  AckId new_ack_id() noexcept;

 private:
  void ask_parents(std::size_t index, const std::string& name, const Handshake& handshake,
                   const std::function<void(Namespace*)>& found);
  std::shared_ptr<Namespace> make_child(ParentNamespace& parent, const std::string& name);

  Settings settings_;
  const Parser* parser_;
  Environment environment_;
  Node node_{*this};
  Cluster cluster_{*this};
  Callbacks callbacks_;
  Recovery recovery_{*this};
  DelayedCalls delayed_{environment_.timers};
  Counters counters_;
  AckId acks_ = 0;
  std::vector<std::unique_ptr<ParentNamespace>> parents_;
  StringMap<std::shared_ptr<Namespace>> namespaces_;  // owners: this, and the sockets in them
};

}  // namespace quickclinic::socketio
