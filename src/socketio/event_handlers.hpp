#pragma once

#include "base/string_hash.hpp"
#include "socketio/counters.hpp"
#include "socketio/event.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::socketio {

class Socket;

using EventHandler = std::function<void(Socket&, Event&)>;

/// Who listens to which event: of a namespace, or of one socket. Handlers may be added and taken
/// away while they run; one that was added during an event hears the next one.
class EventHandlers {
 public:
  /// `received` counts the events by their names, and outlives this.
  explicit EventHandlers(Counters::ByName& received) noexcept : received_(received) {}

  void on(std::string name, EventHandler handler);
  /// The handler goes before its first call.
  void once(std::string name, EventHandler handler);
  /// Takes away all handlers of that event.
  void off(std::string_view name);
  /// For every event, before its own handlers.
  void on_any(EventHandler handler);
  void off_any();

  /// Calls `run` with each handler that `event` has, in the order in which they were added. Answers
  /// where events of that name are counted; null when there was no handler.
  std::uint64_t* for_each(std::string_view event,
                          const std::function<void(const EventHandler&)>& run);
  void for_each_any(const std::function<void(const EventHandler&)>& run);
  bool listens_to_any() const noexcept { return !any_.empty(); }

 private:
  struct Entry {
    EventHandler handler;
    bool once = false;
    bool gone = false;
  };
  using Entries = std::vector<std::unique_ptr<Entry>>;  // an entry stays where it is while it runs
  struct Named {
    std::uint64_t* received;
    Entries entries;
  };

  Entries& entries_of(std::string name);
  bool walk(Entries& entries, const std::function<void(const EventHandler&)>& run);
  void sweep();

  Counters::ByName& received_;
  StringMap<Named> named_;
  Entries any_;
  unsigned walking_ = 0;
  bool any_gone_ = false;  // entries that have been taken away, but not out of their list
};

}  // namespace quickclinic::socketio
