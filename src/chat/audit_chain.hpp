#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "chat/audit.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// The form in which the audit record is stored, the same in every database: what links its rows,
/// what checks the links, and how a row becomes entries again. No I/O.
namespace quickclinic::chat {

/// One row of the record. Every column is covered by `hash`.
struct AuditRow {
  std::string chain = {};
  std::int64_t number = 0;  ///< 1, 2, … within the chain
  WallTime at = {};
  std::string action = {};
  std::string actor = {};
  std::string relation = {};
  std::string subject = {};
  std::string address = {};
  std::string result = {};
  /// JSON. Of `send`: `[[at, actor, relation, message, address, result], …]`, a whole batch in one
  /// row, whose time is the latest of them and whose other columns are empty. Of `chain_opened`:
  /// `[[chain, number, hash], …]`, the ends of other chains. Else empty.
  std::string detail = {};
  std::string hash = {};  ///< lower-case hexadecimal
};

/// SHA-256 of the hash before (of the first row: nothing) and the columns in the order of
/// `AuditRow`, each as its length in bytes, a colon and its text; numbers and times are decimal.
std::string audit_hash(std::string_view previous, const AuditRow& row);

/// The end of a chain.
struct AuditHead {
  std::string chain;
  std::int64_t number = 0;
  std::string hash;
};

/// The ends that no chain has named as they are now, out of all of them, and the opening rows of
/// all chains. What a new chain has to name: the others are held by those who named them.
std::vector<AuditHead> unnamed_heads(std::vector<AuditHead> heads,
                                     std::span<const AuditRow> openings);

/// Where a writer stands in its chain. A plain value: copied before a transaction, and kept when
/// that was committed.
class AuditChain {
 public:
  /// A new chain.
  AuditChain();

  bool opened() const noexcept { return head_.number > 0; }
  /// The first row.
  AuditRow open(std::span<const AuditHead> others, WallTime at);
  /// The next rows: one for all that was sent, one for each of the other entries.
  std::vector<AuditRow> link(std::span<const AuditEntry> entries);

 private:
  AuditRow linked(AuditRow row);

  AuditHead head_;
};

/// The entries that a row stands for. Nothing when it is not as this program writes it.
std::vector<AuditEntry> entries_of(const AuditRow& row);

/// Whether a query wants this entry.
bool matches(const AuditEntry& entry, const AuditQuery& query);

/// Adds the entries of a row that a query wants.
void append_matching(std::vector<AuditEntry>& entries, const AuditRow& row,
                     const AuditQuery& query);

/// Checks a whole record. First the opening rows of all chains, then every row, in the order of
/// (chain, number).
class AuditVerifier {
 public:
  explicit AuditVerifier(std::span<const AuditRow> openings);

  void take(const AuditRow& row);
  AuditReport finish();

 private:
  struct Named {
    std::string hash;
    std::string by;  // the chain that named it
  };

  void note(std::string chain, std::int64_t number, std::string what);

  std::map<std::pair<std::string, std::int64_t>, Named> named_;
  AuditHead last_;
  AuditReport report_;
};

}  // namespace quickclinic::chat
