#include "socketio/event_handlers.hpp"

#include <iterator>
#include <utility>

namespace quickclinic::socketio {

void EventHandlers::on(std::string name, EventHandler handler) {
  entries_of(std::move(name)).push_back(std::make_unique<Entry>(Entry{std::move(handler)}));
}

void EventHandlers::once(std::string name, EventHandler handler) {
  entries_of(std::move(name))
      .push_back(std::make_unique<Entry>(Entry{.handler = std::move(handler), .once = true}));
}

EventHandlers::Entries& EventHandlers::entries_of(std::string name) {
  const auto known = named_.find(name);
  if (known != named_.end()) return known->second.entries;
  std::uint64_t* const received = &received_.number_of(name);
  return named_.emplace(std::move(name), Named{received, {}}).first->second.entries;
}

void EventHandlers::off(std::string_view name) {
  const auto found = named_.find(name);
  if (found == named_.end()) return;
  for (const auto& entry : found->second.entries) entry->gone = any_gone_ = true;
  sweep();
}

void EventHandlers::on_any(EventHandler handler) {
  any_.push_back(std::make_unique<Entry>(Entry{std::move(handler)}));
}

void EventHandlers::off_any() {
  for (const auto& entry : any_) entry->gone = any_gone_ = true;
  sweep();
}

std::uint64_t* EventHandlers::for_each(std::string_view event,
                                       const std::function<void(const EventHandler&)>& run) {
  const auto found = named_.find(event);
  if (found == named_.end()) return nullptr;
  std::uint64_t* const received = found->second.received;  // a handler may take the list away
  return walk(found->second.entries, run) ? received : nullptr;
}

void EventHandlers::for_each_any(const std::function<void(const EventHandler&)>& run) {
  walk(any_, run);
}

bool EventHandlers::walk(Entries& entries, const std::function<void(const EventHandler&)>& run) {
  bool any = false;
  ++walking_;
  for (std::size_t i = 0, count = entries.size(); i < count; ++i) {
    Entry& entry = *entries[i];
    if (entry.gone) continue;
    any = true;
    if (entry.once) entry.gone = any_gone_ = true;
    run(entry.handler);
  }
  --walking_;
  if (any_gone_) sweep();
  return any;
}

void EventHandlers::sweep() {
  if (walking_ > 0) return;
  const auto gone = [](const auto& entry) { return entry->gone; };
  std::erase_if(any_, gone);
  for (auto named = named_.begin(); named != named_.end();) {
    std::erase_if(named->second.entries, gone);
    named = named->second.entries.empty() ? named_.erase(named) : std::next(named);
  }
  any_gone_ = false;
}

}  // namespace quickclinic::socketio
