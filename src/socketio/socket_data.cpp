#include "socketio/socket_data.hpp"

namespace quickclinic::socketio {

json::Value SocketData::to_json() const {
  if (write_ != nullptr) return write_(value_);
  const auto* value = get<json::Value>();
  return value == nullptr ? json::Value() : *value;
}

}  // namespace quickclinic::socketio
