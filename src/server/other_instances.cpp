#include "server/other_instances.hpp"

#include "base/log.hpp"
#include "server/metrics/chat_counters.hpp"
#include "server/presence.hpp"
#include "socketio/namespace.hpp"

#include <chrono>
#include <cstddef>
#include <string_view>

namespace quickclinic::server {
namespace {

/// Told to other instances: the introduction of the one that is there.
constexpr std::string_view here_event = "quickclinic_here";
constexpr std::chrono::milliseconds way_looks{200};  // while there is no way to the others
constexpr std::size_t words_max = 3;                 // of an introduction
constexpr std::size_t word_bytes_max = 64;

// Nothing: no introduction of this program's.
std::optional<ClusterNode::Introduction> words_of(const socketio::Arguments& arguments) {
  ClusterNode::Introduction words;
  if (arguments.values.empty() || arguments.values.size() > words_max) return std::nullopt;
  for (const json::Value& value : arguments.values) {
    if (!value.is_string() || value.get_string().size() > word_bytes_max) return std::nullopt;
    words.emplace_back(json::view(value.get_string()));
  }
  return words;
}

}  // namespace

OtherInstances::OtherInstances(Services& services, transport::Shard& shard)
    : services_(services),
      shard_(shard),
      timer_([](void* self, TimePoint now) { static_cast<OtherInstances*>(self)->look(now); },
             this) {}

void OtherInstances::begin() {
  if (services_.others == nullptr) return;
  shard_.io().of("/").on_server_event(std::string(here_event),
                                      [this](const socketio::Arguments& arguments, const auto&) {
                                        if (const auto words = words_of(arguments)) hear(*words);
                                      });
  shard_.timers().arm(timer_, shard_.now());
}

void OtherInstances::look(TimePoint now) {
  if (!services_.others->connected) {
    roll_.excuse(now);
    look_due_ = now + InstanceRoll::silence_max;
    shard_.timers().arm(timer_, now + way_looks);
    return;
  }
  shard_.timers().arm(timer_, now + InstanceRoll::interval);
  tell();
  const auto gone = roll_.advance(now);
  count();
  for (const std::string& name : gone) services_.node->forget(name);
  if (!gone.empty()) {
    log::info("other instances have fallen silent",
              {{"gone", gone.size()}, {"others", roll_.size()}});
  }
  const bool all_back = look_due_ && now >= *look_due_;
  if (all_back) look_due_.reset();
  if (!gone.empty() || all_back) look_at_presence();
}

void OtherInstances::hear(const ClusterNode::Introduction& introduction) {
  const bool is_new = roll_.heard(introduction[0], shard_.now());
  if (roll_.knows(introduction[0])) services_.node->heard(introduction);
  if (!is_new) return;
  count();
  log::info("heard of another instance", {{"others", roll_.size()}});
  tell();  // it should not have to wait
}

void OtherInstances::count() { services_.counters[shard_.index()]->other_instances = roll_.size(); }

void OtherInstances::tell() {
  socketio::Arguments arguments;
  for (const std::string& word : services_.node->introduction()) {
    arguments.values.emplace_back(word);
  }
  shard_.io().of("/").server_side_emit(here_event, arguments);
}

void OtherInstances::look_at_presence() {
  for (unsigned i = 0; i < shard_.count(); ++i) {
    shard_.sibling(i).post([&presence = *services_.presence[i]] { presence.look_again(); });
  }
}

}  // namespace quickclinic::server
