#include "socketio/parent_namespace.hpp"

#include "socketio/gather.hpp"
#include "socketio/server.hpp"

#include <utility>

namespace quickclinic::socketio {

ParentNamespace::ParentNamespace(Server& server, std::size_t index, NamespaceFilter filter,
                                 NamespaceSetup set_up)
    : server_(server), index_(index), filter_(std::move(filter)), set_up_(std::move(set_up)) {}

void ParentNamespace::emit(std::string_view name, const Arguments& arguments) {
  on_shards(server_, Shards::all,
            [index = index_, name = std::string(name), arguments = arguments.kept()](
                Server& shard) { shard.parent(index).emit_here(name, arguments); });
}

void ParentNamespace::emit_here(std::string_view name, const Arguments& arguments) {
  const auto children = children_;  // a listener may make one of them go
  for (const std::string& child : children) {
    if (Namespace* nsp = server_.find(child)) nsp->everybody().this_shard().emit(name, arguments);
  }
}

}  // namespace quickclinic::socketio
