#pragma once

#include <any>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>

namespace quickclinic::socketio {

/// Functions of one shard that other shards call back. They stay here, with all that they hold on
/// to; what travels is a number. A call of one that has been closed meanwhile is dropped.
class Callbacks {
 public:
  using Id = std::uint64_t;

  /// Keeps `callback` until `close`.
  template <class... Arguments>
  Id open(std::function<void(Arguments...)> callback) {
    waiting_.emplace(++last_, std::move(callback));
    return last_;
  }
  void close(Id id) { waiting_.erase(id); }
  std::size_t size() const noexcept { return waiting_.size(); }

  /// The callback may close itself.
  template <class... Arguments>
  void call(Id id, Arguments... arguments) {
    const auto found = waiting_.find(id);
    if (found == waiting_.end()) return;
    const auto callback = std::any_cast<std::function<void(Arguments...)>>(found->second);
    callback(std::move(arguments)...);
  }

 private:
  Id last_ = 0;
  std::unordered_map<Id, std::any> waiting_;
};

}  // namespace quickclinic::socketio
