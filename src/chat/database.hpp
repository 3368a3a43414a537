#pragma once

#include "chat/archive.hpp"
#include "chat/audit.hpp"
#include "chat/feed.hpp"
#include "chat/inbox.hpp"
#include "chat/overview.hpp"
#include "chat/store.hpp"
#include "chat/store_measures.hpp"

namespace quickclinic::chat {

/// Everything that one database keeps. Owned by the program.
class Database : public MessageStore, public Directory, public Inbox, public Overview {
 public:
  /// Answers whatever its own threads still have to answer. To be called when the loops have
  /// stopped and before they go, since the answers go to them; nothing may be asked any more.
  virtual void finish() {}

  /// Adds what was counted on the loop of `executor`, from which it is called, to `measures`.
  virtual void measure_loop(const asio::any_io_executor& executor, StoreMeasures& measures) {
    static_cast<void>(executor);
    static_cast<void>(measures);
  }
  /// Adds what was counted on the database's own threads. Any thread.
  virtual void measure_threads(StoreMeasures& measures) { static_cast<void>(measures); }

  virtual AuditLog& audit() noexcept = 0;
  virtual Archive& archive() noexcept = 0;
  /// Null when nobody else writes into it.
  virtual Feed* feed() noexcept { return nullptr; }
};

}  // namespace quickclinic::chat
