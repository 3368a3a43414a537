#include "socketio/server.hpp"

#include <utility>

namespace quickclinic::socketio {

Server::Server(Settings settings, Environment environment)
    : settings_(std::move(settings)),
      parser_(settings_.parser != nullptr ? settings_.parser.get() : &default_parser()),
      environment_(std::move(environment)) {}

Server::~Server() = default;

Namespace& Server::of(std::string_view name) {
  const std::string full = name.starts_with('/') ? std::string(name) : "/" + std::string(name);
  std::unique_ptr<Namespace>& found = namespaces_[full];
  if (found == nullptr) found = std::make_unique<Namespace>(*this, full);
  return *found;
}

Namespace* Server::find(std::string_view name) const {
  const auto found = namespaces_.find(name);
  return found == namespaces_.end() ? nullptr : found->second.get();
}

void Server::deliver(const Broadcast& broadcast) {
  if (Namespace* nsp = find(broadcast.nsp)) nsp->deliver(broadcast);
}

}  // namespace quickclinic::socketio
