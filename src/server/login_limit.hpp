#pragma once

#include "base/clock.hpp"
#include "base/string_hash.hpp"
#include "server/token_bucket.hpp"

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace quickclinic::server {

/// Slows down whoever guesses passwords: attempts are limited from one address, and at one account
/// from wherever they come. Any thread; touched at logins alone. Bounded: it forgets those who have
/// been quiet.
class LoginLimit {
 public:
  struct Limits {
    TokenBucket address{30, std::chrono::seconds(2)};  ///< a practice behind one router
    TokenBucket account{10, std::chrono::seconds(15)};
    std::size_t entries_max = 100'000;  ///< of addresses, and of accounts
  };

  LoginLimit() : LoginLimit(Limits()) {}
  explicit LoginLimit(Limits limits) : limits_(limits) {}

  /// Notes an attempt. Nothing: it may be made; else how long to wait.
  std::optional<Duration> attempt(std::string_view address, std::string_view account,
                                  TimePoint now);

 private:
  using Buckets = StringMap<TokenBucket>;
  TokenBucket& bucket(Buckets& buckets, std::string_view key, const TokenBucket& fresh,
                      TimePoint now) const;

  const Limits limits_;
  std::mutex mutex_;
  Buckets addresses_;
  Buckets accounts_;
};

}  // namespace quickclinic::server
