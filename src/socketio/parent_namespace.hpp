#pragma once

#include "socketio/handshake.hpp"
#include "socketio/packet.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::socketio {

class Namespace;
class Server;

/// Decides whether a client may have the namespace `name` made. `decide` is to be called once, on
/// the shard, now or later. `handshake` is valid during the call.
using NamespaceFilter = std::function<void(std::string_view name, const Handshake& handshake,
                                           std::function<void(bool)> decide)>;
/// Sets up a namespace that was just made: handlers, middleware.
using NamespaceSetup = std::function<void(Namespace&)>;

/// The part on one shard of a family of namespaces that come into being when clients ask for them.
/// With `Settings::cleanup_empty_child_namespaces` a child that nobody is in any more goes again.
/// Owned by the server, for as long as that lives.
class ParentNamespace {
 public:
  ParentNamespace(Server& server, std::size_t index, NamespaceFilter filter, NamespaceSetup set_up);
  ParentNamespace(const ParentNamespace&) = delete;
  ParentNamespace& operator=(const ParentNamespace&) = delete;

  /// The names of its children on this shard.
  const std::vector<std::string>& children() const noexcept { return children_; }
  /// Sends an event to everybody in any of its children, on all shards of this process.
  void emit(std::string_view name, const Arguments& arguments);

 private:
  friend class Server;
  void emit_here(std::string_view name, const Arguments& arguments);

  Server& server_;
  std::size_t index_;  // among the server's parents, the same on every shard
  NamespaceFilter filter_;
  NamespaceSetup set_up_;
  std::vector<std::string> children_;
};

}  // namespace quickclinic::socketio
