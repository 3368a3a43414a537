#pragma once

#include "base/result.hpp"
#include "base/string_hash.hpp"
#include "server/settings/settings.hpp"
#include "transport/node_directory.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::server {

/// This instance among several: its name, which stands in the ids of its sessions, where others
/// reach it (`CLUSTER_ADVERTISE`), and the same of the others, as they tell it. An address is
/// believed only from who has the same secret: requests with their cookies go there.
///
/// Lives as long as the shards, which ask it; any thread.
class ClusterNode final : public transport::NodeDirectory {
 public:
  /// What is told to other instances: the name alone, or with the address and its seal.
  using Introduction = std::vector<std::string>;

  /// `secret` is the same for all instances; empty: nobody's address is told or believed.
  explicit ClusterNode(std::string_view secret);

  const std::string& name() const noexcept { return name_; }
  /// Of what instances tell each other about requests that they pass on.
  const std::string& key() const noexcept { return key_; }

  void advertise(const transport::NodeAddress& address);
  Introduction introduction() const;

  /// Another instance has introduced itself.
  void heard(const Introduction& introduction);
  /// It has fallen silent.
  void forget(std::string_view name);

  std::optional<transport::KnownNode> find(std::string_view name) const override;

 private:
  std::string seal(std::string_view name, std::string_view address) const;

  const std::string name_;
  const std::string key_;
  mutable std::atomic_flag complained_;  // of requests that should have gone elsewhere
  std::atomic_flag doubted_;             // addresses that others with the secret have not made
  mutable std::mutex mutex_;
  std::string own_address_;
  StringMap<transport::KnownNode> others_;  // as many as the roll has
};

/// What instances share and nobody else knows; empty where the settings have no such thing.
std::string_view secret_of_instances(const settings::Settings& settings);

/// The numeric address that `CLUSTER_ADVERTISE` means, which has to be set; a name is looked up,
/// once. Its port is 0 when the kernel is to choose the server's. Fails with a sentence for the
/// operator.
Result<transport::NodeAddress> advertised_address(const settings::Settings& settings);

}  // namespace quickclinic::server
