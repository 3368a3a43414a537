#include "server/tell.hpp"

#include "server/rooms.hpp"
#include "socketio/namespace.hpp"

namespace quickclinic::server {

void tell(transport::Shard& shard, const chat::UserId& user, std::string_view event,
          std::string_view name, const json::Object& value) {
  shard.io()
      .of("/")
      .to(user_room(user))
      .emit_text(event, json::to_text(json::Object{{name, value}}));
}

}  // namespace quickclinic::server
