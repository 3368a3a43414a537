#include "server/cluster_node.hpp"

#include "base/digest.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "engineio/handshake.hpp"
#include "transport/peer_address.hpp"

#include <sys/socket.h>

#include <netdb.h>
#include <utility>

namespace quickclinic::server {
namespace {

using transport::KnownNode;
using transport::NodeAddress;

std::string key_from(std::string_view secret) {
  return secret.empty() ? std::string() : hmac_sha256_hex(secret, "quickclinic instances");
}

}  // namespace

ClusterNode::ClusterNode(std::string_view secret)
    : name_(random_token(engineio::node_characters)), key_(key_from(secret)) {}

std::string ClusterNode::seal(std::string_view name, std::string_view address) const {
  std::string sealed = "address\n";  // so that it is good for nothing else
  sealed.append(name).append("\n").append(address);
  return hmac_sha256_hex(key_, sealed);
}

void ClusterNode::advertise(const NodeAddress& address) {
  const std::lock_guard lock(mutex_);
  own_address_ = address.text();
}

ClusterNode::Introduction ClusterNode::introduction() const {
  const std::lock_guard lock(mutex_);
  if (own_address_.empty() || key_.empty()) return {name_};
  return {name_, own_address_, seal(name_, own_address_)};
}

void ClusterNode::heard(const Introduction& introduction) {
  if (introduction.empty()) return;
  const std::string& name = introduction[0];
  KnownNode node;
  if (introduction.size() == 3 && !key_.empty()) {
    if (equal_secrets(introduction[2], seal(name, introduction[1]))) {
      node.address = NodeAddress::parse(introduction[1]);
    } else if (!doubted_.test_and_set()) {
      log::warn("another instance's address is not believed: its secrets are not ours");
    }
  }
  const std::lock_guard lock(mutex_);
  // A name belongs to one process: an address that was believed once stays.
  KnownNode& known = others_[name];
  if (node.address) known = std::move(node);
}

void ClusterNode::forget(std::string_view name) {
  const std::lock_guard lock(mutex_);
  if (const auto found = others_.find(name); found != others_.end()) others_.erase(found);
}

std::optional<KnownNode> ClusterNode::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto found = others_.find(name);
  if (found == others_.end()) return std::nullopt;
  if (!found->second.address && !complained_.test_and_set()) {
    log::warn(
        "a client's request came here, and its session is on another instance: the load balancer "
        "has to keep a client to one instance, or CLUSTER_ADVERTISE has to be set on all");
  }
  return found->second;
}

std::string_view secret_of_instances(const settings::Settings& settings) {
  if (settings.jwt_secret) return settings.jwt_secret->reveal();
  if (settings.internal_api_key) return settings.internal_api_key->reveal();
  return {};
}

Result<NodeAddress> advertised_address(const settings::Settings& settings) {
  const settings::Advertised& advertised = *settings.cluster_advertise;
  const std::string host(advertised.host);
  const std::uint16_t port = advertised.port != 0 ? advertised.port : settings.port;
  if (transport::PeerAddress::parse(host)) return NodeAddress{.host = host, .port = port};
  const addrinfo wanted{.ai_flags = 0,
                        .ai_family = AF_UNSPEC,
                        .ai_socktype = SOCK_STREAM,
                        .ai_protocol = 0,
                        .ai_addrlen = 0,
                        .ai_addr = nullptr,
                        .ai_canonname = nullptr,
                        .ai_next = nullptr};
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), nullptr, &wanted, &found);
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(error == 0 ? found : nullptr,
                                                                       ::freeaddrinfo);
  for (const addrinfo* each = addresses.get(); each != nullptr; each = each->ai_next) {
    const transport::PeerAddress address(*each->ai_addr);
    // A machine's own name is often 127.0.1.1 to itself, and to nobody else.
    if (address.unspecified() || (address.loopback() && host != "localhost")) continue;
    return NodeAddress{.host = address.text(), .port = port};
  }
  return fail(settings::SettingsError::malformed,
              "CLUSTER_ADVERTISE: " + host + " means no address here that others could reach");
}

}  // namespace quickclinic::server
