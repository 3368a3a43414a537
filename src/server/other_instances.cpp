#include "server/other_instances.hpp"

#include "base/log.hpp"
#include "base/random.hpp"
#include "server/metrics/chat_counters.hpp"
#include "server/presence.hpp"
#include "socketio/namespace.hpp"

#include <chrono>
#include <cstddef>
#include <string_view>

namespace quickclinic::server {
namespace {

/// Told to other instances: the name of the one that is there.
constexpr std::string_view here_event = "quickclinic_here";
constexpr std::chrono::milliseconds way_looks{200};  // while there is no way to the others
constexpr std::size_t name_length = 12;
constexpr std::size_t name_bytes_max = 64;  // of others

}  // namespace

OtherInstances::OtherInstances(Services& services, transport::Shard& shard)
    : services_(services),
      shard_(shard),
      own_name_(random_token(name_length)),
      timer_([](void* self, TimePoint now) { static_cast<OtherInstances*>(self)->look(now); },
             this) {}

void OtherInstances::begin() {
  if (services_.others == nullptr) return;
  shard_.io().of("/").on_server_event(std::string(here_event),
                                      [this](const socketio::Arguments& arguments, const auto&) {
                                        const json::Array& values = arguments.values;
                                        if (values.size() != 1 || !values[0].is_string()) return;
                                        hear(json::view(values[0].get_string()));
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
  const std::size_t gone = roll_.advance(now);
  count();
  if (gone > 0) {
    log::info("other instances have fallen silent", {{"gone", gone}, {"others", roll_.size()}});
  }
  const bool all_back = look_due_ && now >= *look_due_;
  if (all_back) look_due_.reset();
  if (gone > 0 || all_back) look_at_presence();
}

void OtherInstances::hear(std::string_view name) {
  if (name.size() > name_bytes_max || !roll_.heard(name, shard_.now())) return;
  count();
  log::info("heard of another instance", {{"others", roll_.size()}});
}

void OtherInstances::count() { services_.counters[shard_.index()]->other_instances = roll_.size(); }

void OtherInstances::tell() {
  socketio::Arguments arguments;
  arguments.values.emplace_back(own_name_);
  shard_.io().of("/").server_side_emit(here_event, arguments);
}

void OtherInstances::look_at_presence() {
  for (unsigned i = 0; i < shard_.count(); ++i) {
    shard_.sibling(i).post([&presence = *services_.presence[i]] { presence.look_again(); });
  }
}

}  // namespace quickclinic::server
