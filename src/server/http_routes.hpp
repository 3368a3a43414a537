#pragma once

#include "server/http/chat_routes.hpp"
#include "server/http/notification_routes.hpp"
#include "server/http/relation_routes.hpp"
#include "server/http/router.hpp"
#include "server/http/system_routes.hpp"
#include "server/http/user_routes.hpp"
#include "server/http/web_routes.hpp"
#include "server/services.hpp"
#include "transport/shard.hpp"

namespace quickclinic::server {

/// The HTTP endpoints (contract, section 5), one class for each group of them, and the front end.
/// One for each shard, which it outlives; `events` is the same shard's.
class HttpRoutes {
 public:
  HttpRoutes(Services& services, transport::Shard& shard, ChatEvents& events)
      : services_(services),
        shard_(shard),
        system_(services, shard),
        users_(services),
        relations_(services),
        chats_(services, events),
        notifications_(services, shard),
        web_(services) {}

  void install();

 private:
  void serve(transport::Visit visit, transport::Responder respond);

  Services& services_;
  transport::Shard& shard_;
  SystemRoutes system_;
  UserRoutes users_;
  RelationRoutes relations_;
  ChatRoutes chats_;
  NotificationRoutes notifications_;
  WebRoutes web_;
  Router router_;
};

}  // namespace quickclinic::server
