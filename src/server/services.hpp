#pragma once

#include "chat/audit.hpp"
#include "chat/database.hpp"
#include "chat/feed.hpp"
#include "chat/inbox.hpp"
#include "chat/overview.hpp"
#include "chat/store.hpp"
#include "cluster/counters.hpp"
#include "server/identity/token_verifier.hpp"
#include "server/limits.hpp"
#include "server/metrics/collector.hpp"
#include "server/password_pool.hpp"
#include "server/settings/settings.hpp"
#include "server/web/site.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace quickclinic::server {

/// Counts connected people, to refuse one too many. Any thread; touched when a client joins and
/// goes, never on the path of a message.
class ConnectionLimit {
 public:
  ConnectionLimit(std::size_t total_max, std::size_t per_user_max)
      : total_max_(total_max), per_user_max_(per_user_max) {}

  /// False when `user` may have no more. Else `leave` is to be called once.
  bool enter(const chat::UserId& user);
  void leave(const chat::UserId& user);

 private:
  const std::size_t total_max_;
  const std::size_t per_user_max_;  // 0: no limit, and then nobody is counted by name
  std::mutex mutex_;
  std::size_t total_ = 0;
  std::unordered_map<chat::UserId, std::size_t> by_user_;
};

class ClusterNode;
class Live;
class Presence;
class Tracer;
class WatchedPeople;

/// What all shards of the program work with. Made by `serve` before the shards, and gone after
/// them.
struct Services {
  const settings::Settings& settings;
  chat::MessageStore& messages;
  chat::Directory& directory;
  chat::Inbox& inbox;
  chat::Overview& overview;
  chat::AuditLog& audit;
  const identity::TokenVerifier& tokens;
  ConnectionLimit connections{settings.max_connections, settings.max_connections_per_user};
  Limits limits{settings};
  /// Stopped as soon as the shards have: its answers go to their loops.
  PasswordPool passwords{};
  /// Null when nobody else writes into the database.
  chat::Feed* feed = nullptr;
  /// How it stands with the other instances; null when this one is alone.
  std::shared_ptr<const cluster::Counters> others = {};
  /// This one among them; null when it is alone.
  std::shared_ptr<ClusterNode> node = {};
  /// Of whom the metrics ask what only the database knows; null: nobody.
  chat::Database* database = nullptr;
  Collector metrics{};
  /// Null when traces are off.
  Tracer* tracer = nullptr;
  /// Null when the program was built without the web front end.
  const web::Site* site = nullptr;
  /// Of every shard, by its index.
  std::vector<Live*> live{};
  std::vector<Presence*> presence{};
  std::vector<WatchedPeople*> watched{};
  /// Where browsers find the server's TLS; 0 until that is known.
  std::atomic<std::uint16_t> tls_port = 0;
  std::vector<ChatCounters*> counters{};
  /// Set when the server goes down: nothing new is begun.
  std::atomic<bool> draining = false;
  /// Sends that have been taken from a client and have no answer yet.
  std::atomic<std::int64_t> sends_under_way = 0;
};

}  // namespace quickclinic::server
