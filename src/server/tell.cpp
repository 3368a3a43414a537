#include "server/tell.hpp"

#include "server/events.hpp"
#include "server/http/api_json.hpp"
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

void show_stored(transport::Shard& shard, const chat::Notification& notification) {
  shard.io()
      .of("/")
      .to(user_room(notification.user))
      .local()
      .emit_text(events::new_notification,
                 json::to_text(json::Object{{"notification", api::notification(notification)}}));
}

}  // namespace quickclinic::server
