#pragma once

#include "base/task.hpp"
#include "base/timer_wheel.hpp"
#include "chat/model.hpp"
#include "server/presence_state.hpp"
#include "transport/shard.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

namespace quickclinic::server {

/// Who is connected, of the people whose home is this shard, over sockets of any kind on any shard.
/// Whoever has not come back after `grace` has gone: somebody who reloads a page was never away.
/// The room `presence_<userId>` is told of both while somebody watches.
///
/// What is kept is what this process saw. Whether the person is connected to another one is asked
/// through the adapter. One for each shard, which it outlives; every call comes from the shard, but
/// the static one from any.
class Presence {
 public:
  static constexpr std::chrono::milliseconds grace{5000};
  /// People who have gone and are remembered; the one who went first is forgotten first.
  static constexpr std::size_t remembered_max = 100'000;

  explicit Presence(transport::Shard& shard);

  /// Where a person is at home: one of the shards that `shard` is of.
  static transport::Shard& home_of(const transport::Shard& shard, const chat::UserId& person);

  /// A socket of this person came, or went.
  void came(const chat::UserId& person);
  void went(const chat::UserId& person, WallTime at);

  /// Somebody wants to be told from now on, or no more.
  void watch(const chat::UserId& person) { ++people_[person].watchers; }
  void unwatch(const chat::UserId& person);

  /// How things are. Whatever changes behind the answer is told behind it.
  Task<PresenceState> look(chat::UserId person);

  /// Other instances may have gone without a word: those who watch on this one are told anew how
  /// things are with people who are not connected here.
  void look_again();

 private:
  /// Looks after one another that a silent process made fail: by then Redis knows that it has gone.
  static constexpr unsigned looks_max = 120;

  struct Person {
    unsigned connections = 0;
    unsigned watchers = 0;
    bool online = false;  // connected, or gone for less than `grace`
    std::optional<WallTime> last_seen;
    TimePoint leaves_at{};  // when the last departure is final; names it
  };
  struct Departure {
    chat::UserId person;
    TimePoint leaves_at;
  };

  void settle(TimePoint now);
  void remember(Departure departure);
  bool wants_to_know(const Person& person) const;
  Task<> say_gone(chat::UserId person);
  Task<bool> is_elsewhere(chat::UserId person);
  Task<> look_at_those_watched();
  Task<> look_at(const std::vector<chat::UserId>& people);
  void say(const chat::UserId& person, const PresenceState& state);
  void forget_if_idle(const chat::UserId& person);

  transport::Shard& shard_;
  std::unordered_map<chat::UserId, Person> people_;
  std::deque<Departure> leaving_;  // ascending
  std::deque<Departure> gone_;     // ascending; those who came back meanwhile are in it, too
  Timer timer_;
  bool looking_ = false;
  bool look_owed_ = false;  // something changed since the look that is under way began
};

}  // namespace quickclinic::server
