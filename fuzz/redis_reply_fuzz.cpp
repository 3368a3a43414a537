// Whatever a Redis server sends is read or refused, the same however it is cut, and no reply leads
// astray who looks for slots or messages in it.
#include "cluster/redis/redis_url.hpp"
#include "cluster/redis/reply.hpp"
#include "cluster/redis/slot_map.hpp"
#include "cluster/redis/subscriptions.hpp"
#include "fuzz/fuzz_target.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace {

using quickclinic::fuzz::require;
namespace redis = quickclinic::redis;

void write(const redis::Reply& reply, std::string& out) {
  out += static_cast<char>('0' + static_cast<int>(reply.kind));
  out += std::to_string(reply.number) + ' ' + std::to_string(reply.text.size()) + ' ' + reply.text;
  out += std::to_string(reply.items.size());
  for (const redis::Reply& item : reply.items) write(item, out);
}

void look_into(const redis::Reply& reply) {
  static const redis::Subscriptions subscriptions;
  require(!subscriptions.deliver(reply));
  const redis::Address asked{.host = "asked", .port = 1};
  if (const auto to = redis::moved_to(reply, asked)) require(to->port > 0);
  const auto map = redis::SlotMap::read(reply, asked);
  if (!map) return;
  const redis::Address* owner = map->owner_of("channel");
  require(owner == nullptr || map->has(*owner));
}

// All replies as text, and what became of the reader.
std::string read(std::string_view bytes, std::size_t piece) {
  redis::ReplyReader reader({.bytes_max = 1UL << 16U, .items_max = 1000});
  std::string out;
  while (!bytes.empty()) {
    const std::string_view next = bytes.substr(0, piece);
    bytes.remove_prefix(next.size());
    if (!reader.feed(next)) return out + " refused";
    while (true) {
      const auto reply = reader.next();
      if (!reply) return out + " refused";
      if (!*reply) break;
      look_into(**reply);
      write(**reply, out);
    }
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 1U << 15U) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  require(read(text, text.size() + 1) == read(text, 1U + data[0] % 16U));
  const auto url = redis::read_redis_url(text);
  if (url) require(!url->addresses.empty() && url->addresses.front().port > 0);
  return 0;
}
