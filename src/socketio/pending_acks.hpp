#pragma once

#include "base/timer_wheel.hpp"
#include "socketio/socket.hpp"

#include <memory>
#include <unordered_map>

namespace quickclinic::socketio {

/// Answers that one socket's client owes.
struct Socket::PendingAcks {
  struct Pending {
    Pending(Socket& owner, AckId number, AckHandler on_answer, AtDisconnect on_disconnect)
        : socket(owner), id(number), handler(std::move(on_answer)), at_disconnect(on_disconnect) {}
    void late();

    Socket& socket;
    AckId id;
    AckHandler handler;
    AtDisconnect at_disconnect;
    Timer timer{[](void* self, TimePoint) { static_cast<Pending*>(self)->late(); }, this};
  };
  std::unordered_map<AckId, std::unique_ptr<Pending>> waiting;
};

}  // namespace quickclinic::socketio
