#pragma once

#include "socketio/broadcast.hpp"
#include "socketio/packet.hpp"
#include "socketio/selection.hpp"
#include "socketio/socket_info.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quickclinic::cluster {

enum class MessageKind : std::uint8_t {
  broadcast,      ///< an event for clients
  question,       ///< one that they are to answer
  join,           ///< sockets into rooms
  leave,          ///< and out of them
  disconnect,     ///< sockets
  find_sockets,   ///< which there are, and what is known of them
  find_ids,       ///< only their ids: of servers of long ago
  find_rooms,     ///< the names of all rooms
  server_event,   ///< an event for servers; to be answered when it has a `request`
  client_count,   ///< answer: how many clients a question was put to
  client_answer,  ///< answer: what one client said to it
  sockets,        ///< answer to `find_sockets`
  ids,            ///< answer to `find_ids`
  rooms,          ///< answer to `find_rooms`
  server_answer,  ///< answer to `server_event`
  done            ///< answer to a `join`, `leave` or `disconnect` of one socket, from long ago
};

/// What one node says to others, whichever dialect it is written in. Each kind uses some of the
/// fields.
struct Message {
  MessageKind kind = MessageKind::broadcast;
  std::string sender = {};       ///< the node's id; empty in some requests of emitters
  std::string to = {};           ///< of answers: the id of the node that asked
  std::string request = {};      ///< pairs answers with what they answer
  socketio::Selection who = {};  ///< its namespace is that of the message
  std::string event = {};
  socketio::Arguments arguments = {};  ///< of the event, or of the answer to one
  socketio::Delivery delivery = socketio::Delivery::reliable;
  bool compress = true;
  std::optional<std::chrono::milliseconds> timeout = {};  ///< of a question
  std::vector<std::string> rooms = {};  ///< to join or leave; names or ids that were found
  bool close_clients = false;           ///< disconnect them altogether
  std::size_t clients = 0;              ///< of `client_count`
  socketio::SocketInfos sockets = {};
};

}  // namespace quickclinic::cluster
