#pragma once

#include "base/clock.hpp"
#include "base/string_hash.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace quickclinic::server {

/// What is remembered of each of many, under a key: of addresses, people, conversations. Any
/// thread.
///
/// Bounded: whoever was not asked for during a whole `memory` and is not held elsewhere is
/// forgotten, and so is the older half when there are more than `entries_max`. To be forgotten
/// means a fresh start, so `memory` has to be as long as it takes an entry to become like a new
/// one. Looking one up costs the same whatever happens: nothing is searched for what to forget.
template <class Entry>
class LimitTable {
 public:
  using EntryPtr = std::shared_ptr<Entry>;  // owners: the table, and those who use it often

  LimitTable(Entry fresh, std::chrono::seconds memory, std::size_t entries_max = 100'000)
      : fresh_(fresh), memory_(memory), stripe_entries_max_(entries_max / (2 * stripe_count) + 1) {}

  EntryPtr of(std::string_view key, TimePoint now) {
    key = key.substr(0, key_bytes_max);
    Stripe& stripe = stripes_[std::hash<std::string_view>()(key) % stripe_count];
    Entries forgotten;  // freed without the lock
    const std::lock_guard lock(stripe.mutex);
    if (now - stripe.turned >= memory_ || stripe.young.size() >= stripe_entries_max_) {
      forgotten = turn(stripe, now);
    }
    if (const auto found = stripe.young.find(key); found != stripe.young.end()) {
      return found->second;
    }
    EntryPtr entry;
    if (const auto found = stripe.old.find(key); found != stripe.old.end()) {
      entry = std::move(found->second);
      stripe.old.erase(found);
    } else {
      entry = std::make_shared<Entry>(fresh_);
    }
    stripe.young.emplace(std::string(key), entry);
    return entry;
  }

 private:
  using Entries = StringMap<EntryPtr>;
  struct Stripe {  // so that shards seldom wait for each other
    std::mutex mutex;
    Entries young;  // asked for since `turned`
    Entries old;    // during the time before it
    TimePoint turned{};
  };
  static constexpr std::size_t stripe_count = 16;
  // No id or address is longer; what is typed may be.
  static constexpr std::size_t key_bytes_max = 254;

  static Entries turn(Stripe& stripe, TimePoint now) {
    Entries old = std::exchange(stripe.old, std::exchange(stripe.young, {}));
    for (auto& [key, entry] : old) {
      if (entry.use_count() > 1) stripe.old.try_emplace(key, std::move(entry));
    }
    stripe.turned = now;
    return old;
  }

  const Entry fresh_;
  const std::chrono::seconds memory_;
  const std::size_t stripe_entries_max_;
  std::array<Stripe, stripe_count> stripes_;
};

}  // namespace quickclinic::server
