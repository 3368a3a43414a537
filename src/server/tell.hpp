#pragma once

#include "chat/inbox.hpp"
#include "chat/model.hpp"
#include "json/json.hpp"
#include "transport/shard.hpp"

#include <string_view>

namespace quickclinic::server {

/// Emits `{ name: value }` to all devices of one person, wherever they are connected. On the shard.
void tell(transport::Shard& shard, const chat::UserId& user, std::string_view event,
          std::string_view name, const json::Object& value);

/// Shows a notification that is stored to the person's devices on this instance. The others hear of
/// it from the database (`chat::Feed`).
void show_stored(transport::Shard& shard, const chat::Notification& notification);

}  // namespace quickclinic::server
