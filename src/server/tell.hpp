#pragma once

#include "chat/model.hpp"
#include "json/json.hpp"
#include "transport/shard.hpp"

#include <string_view>

namespace quickclinic::server {

/// Emits `{ name: value }` to all devices of one person, wherever they are connected. On the shard.
void tell(transport::Shard& shard, const chat::UserId& user, std::string_view event,
          std::string_view name, const json::Object& value);

}  // namespace quickclinic::server
