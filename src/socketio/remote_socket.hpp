#pragma once

#include "base/task.hpp"
#include "socketio/socket.hpp"
#include "socketio/socket_info.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::socketio {

/// A socket that may be on any shard or node, as `fetch_sockets` found it: a copy of what was known
/// then, and a way to reach it, which finds nobody once it has gone. Used on the shard that asked.
class RemoteSocket {
 public:
  RemoteSocket(std::shared_ptr<Namespace> nsp, SocketInfo info)
      : nsp_(std::move(nsp)), info_(std::move(info)) {}

  const SocketId& id() const noexcept { return info_.id; }
  const std::vector<std::string>& rooms() const noexcept { return info_.rooms; }
  const json::Value& data() const noexcept { return info_.data; }
  const std::optional<Handshake>& handshake() const noexcept { return info_.handshake; }

  void emit(std::string_view name, const Arguments& arguments) const;
  /// As `Socket::emit_with_ack`; a socket that has gone is one that does not answer in time.
  void emit_with_ack(std::string_view name, const Arguments& arguments,
                     std::chrono::milliseconds timeout, AckHandler handler) const;
  Task<Arguments> ask(std::string name, Arguments arguments,
                      std::chrono::milliseconds timeout) const;
  void join(const std::vector<std::string>& rooms) const;
  void leave(const std::vector<std::string>& rooms) const;
  void disconnect(bool close_client = false) const;

 private:
  std::shared_ptr<Namespace> nsp_;
  SocketInfo info_;
};

}  // namespace quickclinic::socketio
