#pragma once

#include "base/task.hpp"
#include "server/answer.hpp"
#include "server/services.hpp"
#include "socketio/namespace.hpp"
#include "transport/shard.hpp"

#include <memory>
#include <vector>

namespace quickclinic::server {

struct Watching;

/// The events of clients that want to know more than the contract tells everybody (docs/events.md):
/// what has been received, who is there, and all of one's conversations over one connection. Who
/// does not ask costs nothing and sees nothing of it. One for each shard, which it outlives.
class WatchEvents {
 public:
  WatchEvents(Services& services, transport::Shard& shard) : services_(services), shard_(shard) {}

  void install(socketio::Namespace& root);

 private:
  struct Delivery;
  struct Watch;

  // The handlers, on the socket's shard.
  Result<> mark_as_delivered(socketio::Socket& socket, socketio::Event& event,
                             const Answer& answer);
  Result<> watch_conversation(socketio::Socket& socket, socketio::Event& event,
                              const Answer& answer);
  Result<> watch_conversations(socketio::Socket& socket, socketio::Event& event,
                               const Answer& answer);
  void gone(socketio::Socket& socket);

  Task<> check_and_store(std::shared_ptr<Delivery> delivery);
  Task<> store(std::shared_ptr<Delivery> delivery);
  Task<> tell_state(std::shared_ptr<Watch> watch);
  static Task<> tell_presence(Services& services, transport::Shard& home,
                              std::shared_ptr<Watch> watch);
  Task<> follow_all(std::shared_ptr<Watch> watch);
  void follow(Watching& watching, const chat::UserId& person,
              const std::vector<chat::RelationSummary>& summaries);

  Services& services_;
  transport::Shard& shard_;
};

}  // namespace quickclinic::server
