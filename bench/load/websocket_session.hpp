#pragma once

#include "load/session.hpp"
#include "load/stream.hpp"

namespace quickclinic::load {

/// A session over WebSocket from its first byte, without an upgrade.
class WebSocketSession final : public Session, private Stream::Owner {
 public:
  WebSocketSession(Loop& loop, const Target& target, Identity identity, Events& events)
      : Session(target, std::move(identity), events), stream_(loop, *this) {}

  void start() override;
  void send(const Outgoing& outgoing) override;
  void leave() override;

 private:
  void connected(Stream& stream) override;
  std::size_t received(Stream& stream, std::string_view bytes) override;
  void ended(Stream& stream) override;
  void send_message(std::string_view packet) override;
  void opened(std::string_view) override {}

  std::size_t take_upgrade(std::string_view bytes);
  /// One frame off the front; 0 when it is not whole yet.
  std::size_t take_frame(std::string_view bytes);

  Stream stream_;
  bool upgraded_ = false;
  std::string fragments_;  // of a message whose last frame has not come
};

}  // namespace quickclinic::load
