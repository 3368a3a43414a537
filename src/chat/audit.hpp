#pragma once

#include "base/task.hpp"
#include "chat/model.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::chat {

/// What is recorded. `to_text` gives the names under which it stands in the database.
enum class AuditAction {
  chain_opened,  ///< a writer began; made by the record itself
  entries_lost,  ///< more happened than could be written down; `subject` says how many
  login,
  logout,
  connect,       ///< over a socket, let in or refused
  sent_away,     ///< a connection that was ended: disabled, revoked or no relation any more
  read_history,  ///< `subject` is the newest message that was handed out
  send,
  read_receipt,
  watch,   ///< every message of the actor's conversations is shown on this connection from now on
  notify,  ///< another service told somebody something
  add_relation,
  add_user,
  disable_user,
  enable_user,
  issue_token,
  revoke_token,
  export_data,
  import_data,
  erase,
  set_hold,
  clear_hold,
};
std::string_view to_text(AuditAction action) noexcept;
std::optional<AuditAction> parse_audit_action(std::string_view text) noexcept;

/// One thing that somebody did, or was refused. It holds ids and codes: never a text, a name, an
/// e-mail address or a token.
struct AuditEntry {
  AuditAction action = AuditAction::connect;
  UserId actor = {};          ///< who did it; empty: not known
  RelationId relation = {};   ///< in which conversation; empty: in none
  std::string subject = {};   ///< the message or user that it was done to; empty: none
  std::string address = {};   ///< where from: the peer's address
  std::string result = "ok";  ///< or the code of the refusal
  WallTime at = {};           ///< the record's own clock, when it is told
};

/// Ids, addresses and codes of an entry are at most this long.
inline constexpr std::size_t audit_text_bytes_max = 128;

/// Makes of what peers call themselves what every database takes: cut to `audit_text_bytes_max`,
/// and with `?` for what is neither UTF-8 nor printable. Stores do this to what they are told.
void make_storable(AuditEntry& entry);

/// Where an entry stands: for going on behind it.
struct AuditPosition {
  WallTime at = {};
  std::string chain = {};
  std::int64_t number = 0;

  friend auto operator<=>(const AuditPosition&, const AuditPosition&) = default;
};

/// Which entries are wanted: those that fit everything that is said.
struct AuditQuery {
  std::optional<RelationId> relation = {};
  std::optional<UserId> user = {};        ///< as the actor or as the subject
  std::vector<AuditAction> actions = {};  ///< none: every action
  WallTime since = {};
  std::optional<AuditPosition> after = {};
};

/// Some of the entries, by time.
struct AuditPage {
  std::vector<AuditEntry> entries;
  std::optional<AuditPosition> next;  ///< to be given as `after`; nothing: these were the last
};

/// Whether the record is as it was written.
struct AuditReport {
  struct Fault {
    std::string chain;
    std::int64_t number = 0;  ///< of the first entry that is not as it was
    std::string what;         ///< a few words
  };
  std::int64_t entries = 0;  ///< a batch of sends counts as one
  std::int64_t chains = 0;
  std::optional<Fault> fault;
};

struct StoreMeasures;

/// The append-only record of who did what. Each writer, which is one open store, links its entries
/// into a chain of its own by SHA-256, and begins it by naming the ends of the chains before
/// (`audit_chain.hpp`), so that instances need no common lock and a change, a gap or a missing end
/// is found.
///
/// What is stored by `MessageStore::append` is recorded by the store in the same transaction; the
/// caller records everything else, refused sends too. Any thread may call; tasks resume on their
/// callers' executors. The store owns it.
class AuditLog {
 public:
  /// Entries that wait to be written; a minute's work of a storm of connections.
  static constexpr std::size_t waiting_max = 50'000;

  virtual ~AuditLog() = default;

  /// Takes note; never blocks and never fails. Written with the next transaction, in any case soon.
  /// While the database cannot be written to, entries wait, up to `waiting_max`; what is more is
  /// counted, and the number recorded (`entries_lost`).
  virtual void record(AuditEntry entry) = 0;

  /// Answers when all that was recorded before is stored.
  virtual Task<> flush() = 0;

  /// What is stored, by time, a page at a time.
  virtual Task<AuditPage> entries(AuditQuery query) = 0;

  /// Goes through the whole record.
  virtual Task<AuditReport> verify() = 0;

  /// Adds what waits and what was lost to `measures`.
  virtual void measure(StoreMeasures& measures) { static_cast<void>(measures); }
};

}  // namespace quickclinic::chat
