#pragma once

#include "socketio/packet.hpp"

#include <utility>

namespace quickclinic::conformance {

/// The arguments of an event or an acknowledgement that has just one.
template <class Value>
socketio::Arguments only(Value&& value) {
  socketio::Arguments arguments;
  arguments.values.emplace_back(std::forward<Value>(value));
  return arguments;
}

}  // namespace quickclinic::conformance
