#pragma once

#include "json/json.hpp"

#include <any>
#include <type_traits>
#include <utility>

namespace quickclinic::socketio {

/// What the application knows about a socket: one value of a type of its choice. Empty until set.
class SocketData {
 public:
  template <class Value>
    requires(!std::is_same_v<std::remove_cvref_t<Value>, SocketData>)
  SocketData& operator=(Value&& value) {
    set(std::forward<Value>(value));
    return *this;
  }
  template <class Value>
  void set(Value&& value) {
    if constexpr (std::is_same_v<std::remove_cvref_t<Value>, json::Value>) {
      value_ = json::Value(std::forward<Value>(value), {});  // not in the memory of an event
    } else {
      value_ = std::forward<Value>(value);
    }
    write_ = nullptr;
  }
  /// With a function that writes the value as JSON, for those who look at the socket from other
  /// shards and nodes (`fetch_sockets`). A `json::Value` needs none.
  template <class Value>
  void set(Value&& value, json::Value (*write)(const std::any&)) {
    value_ = std::forward<Value>(value);
    write_ = write;
  }

  /// Null when there is none, or one of another type.
  template <class Value>
  Value* get() noexcept {
    return std::any_cast<Value>(&value_);
  }
  template <class Value>
  const Value* get() const noexcept {
    return std::any_cast<Value>(&value_);
  }
  bool empty() const noexcept { return !value_.has_value(); }
  void reset() noexcept {
    value_.reset();
    write_ = nullptr;
  }

  /// Null when the value cannot be written.
  json::Value to_json() const;

 private:
  std::any value_;
  json::Value (*write_)(const std::any&) = nullptr;
};

}  // namespace quickclinic::socketio
