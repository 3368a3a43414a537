#pragma once

#include "server/error_reply.hpp"
#include "server/events.hpp"
#include "server/metrics/chat_counters.hpp"
#include "server/wire_format.hpp"
#include "socketio/ack.hpp"
#include "socketio/socket.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace quickclinic::server {

/// Where the outcome of an event goes: into its acknowledgement when the client asked for one, else
/// an error into the event `error` (contract, section 4). May travel to another shard and back;
/// used on the socket's own.
struct Answer {
  std::weak_ptr<socketio::Socket> socket;
  socketio::Ack ack;
  std::string event;
  Asked asked = Asked::load;
  ChatCounters* counters = nullptr;  // of the socket's shard

  void succeed(std::string_view fields) const {
    if (!ack.wanted()) return;
    socketio::Ack once = ack;
    once.send_text(wire::ack(fields));
  }

  void fail(const Error& error) const {
    const ErrorReply reply = event_reply(error, asked);
    if (counters != nullptr) counters->refused_event(event, reply.code);
    if (ack.wanted()) {
      socketio::Ack once = ack;
      once.send_text(wire::refusing_ack(reply));
    } else if (const socketio::SocketPtr alive = socket.lock()) {
      alive->emit_text(events::error, wire::error_event(reply, event));
    }
  }
};

}  // namespace quickclinic::server
