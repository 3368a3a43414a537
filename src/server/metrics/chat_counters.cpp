#include "server/metrics/chat_counters.hpp"

#include <algorithm>
#include <array>

namespace quickclinic::server {
namespace {

// Clients may send any word as a method.
std::string_view known_method(std::string_view method) {
  static constexpr std::array<std::string_view, 7> known = {"GET",   "HEAD",   "POST",   "PUT",
                                                            "PATCH", "DELETE", "OPTIONS"};
  return std::ranges::find(known, method) != known.end() ? method : "other";
}

// `key` is what `map` is keyed by, with views in place of its strings.
template <class Map, class Key>
typename Map::mapped_type& entry(Map& map, const Key& key,
                                 const typename Map::mapped_type& first = {}) {
  const auto known = map.find(key);
  return known != map.end() ? known->second
                            : map.emplace(typename Map::key_type(key), first).first->second;
}

}  // namespace

void ChatCounters::refused_connect(std::string_view code) { ++entry(connects_refused, code); }

void ChatCounters::refused_event(std::string_view event, std::string_view code) {
  ++entry(events_refused, std::tuple(event, code));
}

void ChatCounters::answered(std::string_view route, std::string_view method, unsigned status,
                            Duration took) {
  ++entry(requests, std::tuple(route, known_method(method), status));
  entry(request_seconds, route, Histogram(Histogram::seconds())).observe(took);
}

}  // namespace quickclinic::server
