#pragma once

#include "chat/archive.hpp"
#include "chat/audit.hpp"
#include "chat/feed.hpp"
#include "chat/inbox.hpp"
#include "chat/overview.hpp"
#include "chat/store.hpp"

namespace quickclinic::chat {

/// Everything that one database keeps. Owned by the program.
class Database : public MessageStore, public Directory, public Inbox, public Overview {
 public:
  /// Answers whatever its own threads still have to answer. To be called when the loops have
  /// stopped and before they go, since the answers go to them; nothing may be asked any more.
  virtual void finish() {}

  virtual AuditLog& audit() noexcept = 0;
  virtual Archive& archive() noexcept = 0;
  /// Null when nobody else writes into it.
  virtual Feed* feed() noexcept { return nullptr; }
};

}  // namespace quickclinic::chat
