#pragma once

#include "base/result.hpp"
#include "json/json.hpp"
#include "socketio/handshake.hpp"
#include "socketio/socket_id.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace quickclinic::socketio {

/// What can be known of a socket from anywhere in the cluster: a copy from the moment of asking.
struct SocketInfo {
  SocketId id;
  std::vector<std::string> rooms;           ///< its own included
  json::Value data;                         ///< of the socket, as far as it can be written as JSON
  std::optional<Handshake> handshake = {};  ///< nothing where it is not kept
};

using SocketInfos = std::vector<SocketInfo>;
/// Fails when a node did not answer in time.
using FetchHandler = std::function<void(Result<SocketInfos>)>;

}  // namespace quickclinic::socketio
