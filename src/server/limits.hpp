#pragma once

#include "chat/model.hpp"
#include "server/limit_table.hpp"
#include "server/rate_limit.hpp"
#include "server/settings/settings.hpp"
#include "transport/address_count.hpp"
#include "transport/options.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace quickclinic::server {

/// What one person may do, from however many devices.
struct PersonLimits {
  explicit PersonLimits(const settings::Settings& settings);

  RateLimit handshakes;
  RateLimit requests;  ///< over HTTP, and of sockets what the database is asked for
  RateLimit messages;
  RateLimit typing;
};

/// Who may do how much, all shards together: addresses (one /64 network of IPv6 counts as one),
/// people and conversations. Any thread. Bounded: see `LimitTable`, `AddressCount`.
class Limits {
 public:
  explicit Limits(const settings::Settings& settings);

  /// Whether one more session may begin there; counts it as long as it holds the ticket.
  transport::HandshakeVerdict handshake(const transport::PeerAddress& client);
  /// An HTTP request to the API. Nothing: it may be served; else how long to wait.
  std::optional<Duration> request(const transport::PeerAddress& client);
  /// An attempt to log in. The same, for both together.
  std::optional<Duration> login(const transport::PeerAddress& client, std::string_view account);

  /// A message of a member. The same.
  std::optional<Duration> message(const chat::UserId& sender, const chat::RelationId& relation);

  /// To be kept by whoever asks more than once.
  std::shared_ptr<PersonLimits> person(const chat::UserId& user);
  std::shared_ptr<RateLimit> messages_in(const chat::RelationId& relation);

  /// For `transport::Options`; null: no limit.
  const std::shared_ptr<transport::AddressCount>& connections() const { return connections_; }

 private:
  using Rates = LimitTable<RateLimit>;

  std::shared_ptr<transport::AddressCount> connections_;
  std::shared_ptr<transport::AddressCount> sessions_;
  Rates handshakes_;
  Rates requests_;
  Rates logins_from_;
  Rates logins_at_;
  Rates messages_;
  LimitTable<PersonLimits> people_;
};

/// What a client is told to wait: whole seconds, at least one.
std::chrono::seconds retry_after(Duration wait) noexcept;

}  // namespace quickclinic::server
