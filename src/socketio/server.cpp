#include "socketio/server.hpp"

#include "base/log.hpp"
#include "socketio/shielded.hpp"

#include <algorithm>
#include <regex>
#include <utility>

namespace quickclinic::socketio {

Server::Server(Settings settings, Environment environment)
    : settings_(std::move(settings)),
      parser_(settings_.parser != nullptr ? settings_.parser.get() : &default_parser()),
      environment_(std::move(environment)) {}

Server::~Server() = default;

Namespace& Server::of(std::string_view name) {
  const std::string full = name.starts_with('/') ? std::string(name) : "/" + std::string(name);
  std::shared_ptr<Namespace>& found = namespaces_[full];
  if (found != nullptr) return *found;
  found = std::make_shared<Namespace>(*this, full);
  cluster_.namespace_exists(full, true);
  return *found;
}

ParentNamespace& Server::of_matching(NamespaceFilter filter, NamespaceSetup set_up) {
  parents_.push_back(std::make_unique<ParentNamespace>(*this, parents_.size(), std::move(filter),
                                                       std::move(set_up)));
  return *parents_.back();
}

ParentNamespace& Server::of_matching(const std::string& pattern, NamespaceSetup set_up) {
  // Names are bounded (`PacketLimits`), and so is the depth to which this matcher recurses.
  auto filter = [expression = std::regex(pattern)](std::string_view name, const Handshake&,
                                                   const std::function<void(bool)>& decide) {
    decide(std::regex_search(name.begin(), name.end(), expression));
  };
  return of_matching(NamespaceFilter(std::move(filter)), std::move(set_up));
}

Namespace* Server::find(std::string_view name) const {
  const auto found = namespaces_.find(name);
  return found == namespaces_.end() ? nullptr : found->second.get();
}

void Server::remove(Namespace& nsp) {
  const auto found = namespaces_.find(nsp.name());
  if (found == namespaces_.end() || found->second.get() != &nsp) return;
  // Out of the table first: handlers that run now must not find it, and may ask for it anew.
  const std::shared_ptr<Namespace> kept = std::move(found->second);
  namespaces_.erase(found);
  kept->removed_ = true;
  cluster_.namespace_exists(kept->name(), false);
  if (ParentNamespace* parent = kept->parent()) std::erase(parent->children_, kept->name());
  kept->for_each([](Socket& socket) { socket.disconnect(); });
}

std::vector<std::string> Server::namespace_names() const {
  std::vector<std::string> names;
  for (const auto& [name, nsp] : namespaces_) names.push_back(name);
  std::ranges::sort(names);
  return names;
}

void Server::look_up(std::string_view name, const Handshake& handshake,
                     std::function<void(Namespace*)> found) {
  if (Namespace* known = find(name)) {
    found(known);
  } else {
    ask_parents(0, std::string(name), handshake, std::move(found));
  }
}

void Server::ask_parents(std::size_t index, const std::string& name, const Handshake& handshake,
                         const std::function<void(Namespace*)>& found) {
  if (index == parents_.size()) {
    found(nullptr);
    return;
  }
  ParentNamespace& parent = *parents_[index];
  const auto asked = std::make_shared<bool>(false);  // owners: copies of the decision
  // The parent may think, so the handshake is copied for those behind it.
  const auto decide = [this, &parent, index, name, handshake, found, asked](bool wanted) {
    if (std::exchange(*asked, true)) return;
    if (wanted) {
      const std::shared_ptr<Namespace> child = make_child(parent, name);
      found(child.get());
      if (child != nullptr) child->clean_up();  // nobody may have come: the client had gone
    } else {
      ask_parents(index + 1, name, handshake, found);
    }
  };
  if (!shielded(name, "namespace filter", [&] { parent.filter_(name, handshake, decide); })) {
    decide(false);
  }
}

std::shared_ptr<Namespace> Server::make_child(ParentNamespace& parent, const std::string& name) {
  if (Namespace* meanwhile = find(name)) return meanwhile->shared_from_this();
  if (parent.children_.size() >= settings_.child_namespaces_max) {
    log::debug("too many namespaces", {{"children", parent.children_.size()}});
    return nullptr;
  }
  const auto child = std::make_shared<Namespace>(*this, name, &parent);
  namespaces_.emplace(name, child);
  parent.children_.push_back(name);
  cluster_.namespace_exists(name, true);
  if (!shielded(name, "namespace set-up", [&] { parent.set_up_(*child); })) {
    remove(*child);
    return nullptr;
  }
  return child;
}

void Server::deliver(const BroadcastPtr& broadcast) {
  if (broadcast->offset) recovery_.note(broadcast);
  if (Namespace* nsp = find(broadcast->to.nsp)) nsp->deliver(*broadcast);
}

AckId Server::new_ack_id() noexcept {
  const unsigned shards = link() == nullptr ? 1 : link()->shards();
  return acks_++ * shards + shard();
}

}  // namespace quickclinic::socketio
