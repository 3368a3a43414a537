#pragma once

#include "base/task.hpp"
#include "chat/inbox.hpp"
#include "chat/model.hpp"

#include <functional>

namespace quickclinic::chat {

/// A message that another program wrote. It is in the store.
struct Arrival {
  RelationId relation;
  WallTime created_at;
};

/// What other programs write into the database, as it is committed.
class Feed {
 public:
  /// Called on the executor that was given.
  struct Listener {
    std::function<void(const Arrival&)> message;
    std::function<void(const Notification&)> notification;
    /// Something may have gone unheard: positions are to be looked at again.
    std::function<void()> gap;
  };

  virtual ~Feed() = default;

  /// Begins to listen, once. The executor has to live as long as it runs what listens: the feed
  /// ends with its context.
  virtual void listen(const asio::any_io_executor& executor, Listener listener) = 0;
};

}  // namespace quickclinic::chat
