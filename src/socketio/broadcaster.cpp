#include "socketio/broadcaster.hpp"

#include "socketio/namespace.hpp"
#include "socketio/server.hpp"

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
  std::move(*this).send(nsp_->server().parser().event({nsp_->name(), name}, arguments));
}

void Broadcaster::emit_text(std::string_view name, std::string_view arguments) && {
  std::move(*this).send(nsp_->server().parser().event_text({nsp_->name(), name}, arguments));
}

void Broadcaster::send(Frames frames) && {
  auto broadcast = std::make_shared<const Broadcast>(
      Broadcast{nsp_->name(), std::move(rooms_), std::move(except_), std::move(frames), delivery_});
  nsp_->deliver(*broadcast);
  if (!local_) nsp_->publish(std::move(broadcast));
}

}  // namespace quickclinic::socketio
