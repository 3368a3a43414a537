#pragma once

#include "base/histogram.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

namespace quickclinic::server {

/// What the chat has done on one shard since it began, for metrics: plain numbers of the shard's
/// thread. Names in it are the program's own words, so that there are few; never a user's.
struct ChatCounters {
  struct Connected {
    std::uint64_t now = 0;
    std::uint64_t total = 0;

    void came() {
      ++now;
      ++total;
    }
    void went() { --now; }
  };
  Connected conversations;
  Connected notifications;
  std::map<std::string, std::uint64_t, std::less<>> connects_refused;  ///< by code

  std::size_t other_instances = 0;  ///< heard of now; counted on shard 0

  std::uint64_t messages_stored = 0;
  std::uint64_t messages_repeated = 0;  ///< stored before
  std::uint64_t messages_failed = 0;
  /// From a message's arrival on its sender's shard until it was given to its receivers on its
  /// home shard.
  Histogram delivery_seconds{Histogram::seconds()};

  /// By event and code.
  std::map<std::tuple<std::string, std::string>, std::uint64_t, std::less<>> events_refused;

  /// By route, method and status.
  std::map<std::tuple<std::string, std::string, unsigned>, std::uint64_t, std::less<>> requests;
  std::map<std::string, Histogram, std::less<>> request_seconds;  ///< by route

  // None of them allocates but the first of its kind.
  void refused_connect(std::string_view code);
  void refused_event(std::string_view event, std::string_view code);
  void answered(std::string_view route, std::string_view method, unsigned status, Duration took);
};

}  // namespace quickclinic::server
