#include "cluster/redis/subscriptions.hpp"

#include <string>
#include <utility>

namespace quickclinic::redis {

std::string_view subscribe_command(Subscribing subscribing) noexcept {
  static constexpr std::array<std::string_view, 3> commands = {"SUBSCRIBE", "PSUBSCRIBE",
                                                               "SSUBSCRIBE"};
  return commands[static_cast<std::size_t>(subscribing)];
}

std::string_view unsubscribe_command(Subscribing subscribing) noexcept {
  static constexpr std::array<std::string_view, 3> commands = {"UNSUBSCRIBE", "PUNSUBSCRIBE",
                                                               "SUNSUBSCRIBE"};
  return commands[static_cast<std::size_t>(subscribing)];
}

bool Subscriptions::add(Subscribing subscribing, std::string_view name, Listener listener) {
  return table(subscribing)
      .insert_or_assign(std::string(name), std::make_shared<const Listener>(std::move(listener)))
      .second;
}

bool Subscriptions::remove(Subscribing subscribing, std::string_view name) {
  Table& listeners = table(subscribing);
  const auto found = listeners.find(name);
  if (found == listeners.end()) return false;
  listeners.erase(found);
  return true;
}

bool Subscriptions::has(Subscribing subscribing, std::string_view name) const {
  return table(subscribing).contains(name);
}

std::size_t Subscriptions::count(Subscribing subscribing) const noexcept {
  return table(subscribing).size();
}

void Subscriptions::each(Subscribing subscribing,
                         const std::function<void(std::string_view)>& visit) const {
  for (const auto& [name, listener] : table(subscribing)) visit(name);
}

bool Subscriptions::deliver(const Reply& reply) const {
  if (!reply.is_list(3)) return false;
  const std::string& kind = reply.items[0].text;
  const bool pattern = kind == "pmessage";  // kind, pattern, channel, message
  if (!pattern && kind != "message" && kind != "smessage") return false;
  if (reply.items.size() != (pattern ? 4 : 3)) return false;
  const Subscribing subscribing = pattern             ? Subscribing::pattern
                                  : kind == "message" ? Subscribing::channel
                                                      : Subscribing::sharded;
  const auto found = table(subscribing).find(reply.items[1].text);
  if (found == table(subscribing).end()) return false;
  const std::shared_ptr<const Listener> listener = found->second;
  (*listener)(reply.items[pattern ? 2 : 1].text, reply.items.back().text);
  return true;
}

}  // namespace quickclinic::redis
