#include "server/login_limit.hpp"

namespace quickclinic::server {
namespace {

// No address of either kind is longer; what is typed may be.
constexpr std::size_t key_bytes_max = 254;

}  // namespace

std::optional<Duration> LoginLimit::attempt(std::string_view address, std::string_view account,
                                            TimePoint now) {
  const std::lock_guard lock(mutex_);
  TokenBucket& from = bucket(addresses_, address, limits_.address, now);
  if (!from.take(now)) return from.wait(now);
  TokenBucket& at = bucket(accounts_, account, limits_.account, now);
  if (!at.take(now)) return at.wait(now);
  return std::nullopt;
}

TokenBucket& LoginLimit::bucket(Buckets& buckets, std::string_view key, const TokenBucket& fresh,
                                TimePoint now) const {
  key = key.substr(0, key_bytes_max);
  if (const auto found = buckets.find(key); found != buckets.end()) return found->second;
  if (buckets.size() >= limits_.entries_max) {
    std::erase_if(buckets, [now](const auto& entry) { return entry.second.full(now); });
    // Everybody is busy: somebody gets a fresh start, rather than nobody being let in.
    if (buckets.size() >= limits_.entries_max) buckets.erase(buckets.begin());
  }
  return buckets.emplace(std::string(key), fresh).first->second;
}

}  // namespace quickclinic::server
