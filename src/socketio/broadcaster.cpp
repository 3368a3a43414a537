#include "socketio/broadcaster.hpp"

#include "socketio/namespace.hpp"

#include <memory>
#include <utility>

namespace quickclinic::socketio {

Broadcaster Broadcaster::to(std::string_view room) && {
  rooms_.emplace_back(room);
  return std::move(*this);
}

Broadcaster Broadcaster::except(std::string_view room) && {
  except_.emplace_back(room);
  return std::move(*this);
}

Broadcaster Broadcaster::if_writable() && {
  delivery_ = Delivery::if_writable;
  return std::move(*this);
}

Broadcaster Broadcaster::local() && {
  local_ = true;
  return std::move(*this);
}

void Broadcaster::emit(std::string_view name, const Arguments& arguments) && {
  std::move(*this).send(encode_event(nsp_->name(), name, arguments));
}

void Broadcaster::emit_text(std::string_view name, std::string_view arguments) && {
  const std::string behind_name = arguments.empty() ? std::string() : "," + std::string(arguments);
  std::move(*this).send(encode_event(nsp_->name(), name, behind_name));
}

void Broadcaster::send(Frames frames) && {
  auto broadcast = std::make_shared<const Broadcast>(
      Broadcast{nsp_->name(), std::move(rooms_), std::move(except_), std::move(frames), delivery_});
  nsp_->deliver(*broadcast);
  if (!local_) nsp_->publish(std::move(broadcast));
}

}  // namespace quickclinic::socketio
