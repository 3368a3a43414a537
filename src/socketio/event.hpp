#pragma once

#include "json/json.hpp"
#include "socketio/ack.hpp"
#include "socketio/packet.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::socketio {

/// An event from a client, as a handler gets it. All of it is valid during the handler's call only;
/// a handler that goes on later takes what it needs with it (`ack` may be moved away).
struct Event {
  std::string_view name;
  json::Array& arguments;  ///< without the name
  std::vector<std::string>& attachments;
  Flaw flaw = Flaw::none;
  Ack ack;

  /// The argument at `index`, or null.
  const json::Value& argument(std::size_t index) const;
};

}  // namespace quickclinic::socketio
