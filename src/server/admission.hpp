#pragma once

#include "base/task.hpp"
#include "server/services.hpp"
#include "socketio/namespace.hpp"
#include "transport/shard.hpp"

namespace quickclinic::server {

/// Decides who may connect (contract, section 3), and says so to those who may: identity from the
/// token alone, role, name and membership from the database. One for each shard, which it outlives.
class Admission {
 public:
  Admission(Services& services, transport::Shard& shard) : services_(services), shard_(shard) {}

  /// Sets up the default namespace.
  void install(socketio::Namespace& root);

 private:
  struct Wish;
  struct Guest;

  static Result<Wish> read_wish(const Services& services, const socketio::Handshake& handshake);
  Task<Guest> look_up(Wish wish);
  Task<> decide(socketio::SocketPtr socket, socketio::Namespace::Decision decision);
  Result<> admit(socketio::Socket& socket, Guest guest);
  void greet(socketio::Socket& socket);
  /// Runs `work`, a `void(Live&)`, where the relation is at home.
  template <class Work>
  void at_home(const chat::RelationId& relation, Work work);
  /// Runs `work`, a `void(Presence&)`, where the person is at home.
  template <class Work>
  void at_home(const chat::UserId& user, Work work);

  Services& services_;
  transport::Shard& shard_;
};

}  // namespace quickclinic::server
