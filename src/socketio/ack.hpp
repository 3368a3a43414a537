#pragma once

#include "socketio/packet.hpp"

#include <memory>
#include <string_view>

namespace quickclinic::socketio {

class Socket;

/// The answer that a client asked for with an event. May be kept and used later, on the socket's
/// shard; when the socket is gone by then, the answer is dropped. Answers once: what is sent after
/// the first is dropped too.
class Ack {
 public:
  Ack() = default;
  Ack(std::weak_ptr<Socket> socket, AckId id)
      : socket_(std::move(socket)), id_(id), wanted_(true) {}

  /// False when the client asked for no answer, or has had it.
  bool wanted() const noexcept { return wanted_; }

  void send(const Arguments& arguments);
  /// `arguments` is a JSON array, already encoded.
  void send_text(std::string_view arguments);

 private:
  std::weak_ptr<Socket> socket_;
  AckId id_ = 0;
  bool wanted_ = false;
};

}  // namespace quickclinic::socketio
