#pragma once

#include "socketio/event_middleware.hpp"
#include "socketio/socket.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace quickclinic::socketio {

/// The way of one event through the middleware of its namespace and its socket, to its handlers.
/// Made only where there is middleware. Borrows the event as long as everybody decides at once, and
/// takes a copy of it when somebody does not. Kept by the decision that is awaited.
class EventRun : public std::enable_shared_from_this<EventRun> {
 public:
  EventRun(SocketPtr socket, Event& event);
  ~EventRun();
  EventRun(const EventRun&) = delete;
  EventRun& operator=(const EventRun&) = delete;

  /// Asks whoever is next, until somebody has to think.
  void go_on();

 private:
  struct Owned {
    std::string name;
    json::Array arguments;
    std::vector<std::string> attachments;
    std::optional<Event> event;
  };

  const EventMiddleware* next() const;
  void ask(const EventMiddleware& middleware);
  void own();
  void refuse(const Error& error);

  SocketPtr socket_;
  Event* event_;
  std::unique_ptr<Owned> owned_;
  std::size_t asked_ = 0;             // who has been asked: the namespace's first
  std::optional<Result<>> decision_;  // of who was asked last
};

}  // namespace quickclinic::socketio
