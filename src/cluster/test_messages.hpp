#pragma once

#include "cluster/message.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Messages and bytes as the tests of the dialects write them down.
namespace quickclinic::cluster::testing {

/// `93a6…` as the bytes that it means.
inline std::string bytes(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string all;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    all.push_back(static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1])));
  }
  return all;
}

inline std::string hex(std::string_view bytes) {
  std::string all;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    all.push_back("0123456789abcdef"[value >> 4U]);
    all.push_back("0123456789abcdef"[value & 15U]);
  }
  return all;
}

inline socketio::Selection to(std::vector<std::string> rooms, std::vector<std::string> except = {},
                              std::string nsp = "/") {
  return {std::move(nsp), std::move(rooms), std::move(except)};
}

/// A placeholder for the first attachment.
inline json::Value first_attachment() { return json::Object{{"_placeholder", true}, {"num", 0}}; }

/// What has been read, in one line.
inline std::string shown(const Message& message) {
  const auto list = [](const std::vector<std::string>& names) {
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "" : ",") + name;
    return all;
  };
  std::string line = std::to_string(static_cast<int>(message.kind)) + " from:" + message.sender;
  if (!message.request.empty()) line += " request:" + message.request;
  line +=
      " " + message.who.nsp + "(" + list(message.who.rooms) + "-" + list(message.who.except) + ")";
  if (!message.event.empty()) line += " " + message.event;
  line += json::to_text(message.arguments.values);
  for (const std::string& attachment : message.arguments.attachments)
    line += "<" + hex(attachment) + ">";
  if (message.delivery == socketio::Delivery::if_writable) line += " volatile";
  if (!message.compress) line += " uncompressed";
  if (message.timeout) line += " " + std::to_string(message.timeout->count()) + "ms";
  if (!message.rooms.empty()) line += " rooms:" + list(message.rooms);
  if (message.close_clients) line += " close";
  if (message.clients > 0) line += " clients:" + std::to_string(message.clients);
  for (const socketio::SocketInfo& socket : message.sockets) {
    line +=
        " socket:" + socket.id.text() + "[" + list(socket.rooms) + "]" + json::to_text(socket.data);
  }
  return line;
}

}  // namespace quickclinic::cluster::testing
