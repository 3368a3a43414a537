#include "server/limits.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace quickclinic::server {
namespace {

using settings::Rate;
using settings::Settings;
using transport::AddressCount;
using transport::PeerAddress;

std::shared_ptr<AddressCount> count_up_to(std::size_t most) {
  return most == 0 ? nullptr : std::make_shared<AddressCount>(most);
}

// A refused client gets a reason, which takes a connection: hence some more of those than may stay.
std::shared_ptr<AddressCount> connections_of(const Settings& settings) {
  const std::size_t most = settings.max_connections_per_address;
  return count_up_to(most == 0 ? 0 : most + most / 10 + 100);
}

// A session's place among those of its address.
class Seat {
 public:
  Seat(std::shared_ptr<AddressCount> count, const PeerAddress& address)
      : count_(std::move(count)), address_(address) {}
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;
  ~Seat() { count_->leave(address_); }

 private:
  std::shared_ptr<AddressCount> count_;  // owners: `Limits` and every session
  PeerAddress address_;
};

std::chrono::seconds longest_of(const Settings& settings) {
  return std::max({settings.handshakes_per_user.period, settings.requests_per_user.period,
                   settings.messages_per_user.period, settings.typing_per_user.period});
}

LimitTable<RateLimit> table_of(const Rate& rate) {
  return LimitTable<RateLimit>(RateLimit(rate), rate.period);
}

}  // namespace

PersonLimits::PersonLimits(const Settings& settings)
    : handshakes(settings.handshakes_per_user),
      requests(settings.requests_per_user),
      messages(settings.messages_per_user),
      typing(settings.typing_per_user) {}

Limits::Limits(const Settings& settings)
    : connections_(connections_of(settings)),
      sessions_(count_up_to(settings.max_connections_per_address)),
      handshakes_(table_of(settings.handshakes_per_address)),
      requests_(table_of(settings.requests_per_address)),
      logins_from_(table_of(settings.logins_per_address)),
      logins_at_(table_of(settings.logins_per_account)),
      messages_(table_of(settings.messages_per_relation)),
      people_(PersonLimits(settings), longest_of(settings)) {}

transport::HandshakeVerdict Limits::handshake(const PeerAddress& client) {
  const TimePoint now = Clock::now();
  if (const auto wait = handshakes_.of(client.block(), now)->take(now)) {
    return {.retry_after = retry_after(*wait)};
  }
  if (sessions_ == nullptr) return {};
  if (!sessions_->enter(client)) {
    constexpr std::chrono::seconds a_while{10};
    return {.retry_after = a_while, .message = "Too many connections"};
  }
  return {.ticket = std::make_shared<Seat>(sessions_, client)};
}

std::optional<Duration> Limits::request(const PeerAddress& client) {
  const TimePoint now = Clock::now();
  return requests_.of(client.block(), now)->take(now);
}

std::optional<Duration> Limits::login(const PeerAddress& client, std::string_view account) {
  const TimePoint now = Clock::now();
  if (const auto wait = logins_from_.of(client.block(), now)->take(now)) return wait;
  return logins_at_.of(account, now)->take(now);
}

std::optional<Duration> Limits::message(const chat::UserId& sender,
                                        const chat::RelationId& relation) {
  const TimePoint now = Clock::now();
  if (const auto wait = person(sender)->messages.take(now)) return wait;
  return messages_in(relation)->take(now);
}

std::shared_ptr<PersonLimits> Limits::person(const chat::UserId& user) {
  return people_.of(user.text(), Clock::now());
}

std::shared_ptr<RateLimit> Limits::messages_in(const chat::RelationId& relation) {
  return messages_.of(relation.text(), Clock::now());
}

std::chrono::seconds retry_after(Duration wait) noexcept {
  return std::max(std::chrono::ceil<std::chrono::seconds>(wait), std::chrono::seconds(1));
}

}  // namespace quickclinic::server
