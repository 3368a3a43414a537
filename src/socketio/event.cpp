#include "socketio/event.hpp"

namespace quickclinic::socketio {

const json::Value& Event::argument(std::size_t index) const {
  static const json::Value null;
  return index < arguments.size() ? arguments[index] : null;
}

}  // namespace quickclinic::socketio
