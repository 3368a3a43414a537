#include "chat/audit_chain.hpp"

#include "base/digest.hpp"
#include "chat/message_id.hpp"
#include "json/json.hpp"

#include <algorithm>
#include <optional>

namespace quickclinic::chat {
namespace {

// Its length goes before each part, so that no two rows run together into the same bytes.
void append_part(std::string& bytes, std::string_view part) {
  bytes += std::to_string(part.size());
  bytes += ':';
  bytes += part;
}

void append_part(std::string& bytes, std::int64_t number) {
  append_part(bytes, std::to_string(number));
}

// Ids, addresses and codes are what peers and the database call themselves; in JSON only UTF-8 may
// stand, which text from the wire and from the database is.
void append_sent(std::string& detail, const AuditEntry& entry) {
  detail += detail.empty() ? "[[" : ",[";
  detail += std::to_string(entry.at.time_since_epoch().count());
  for (const std::string* text : {&entry.actor.text(), &entry.relation.text(), &entry.subject,
                                  &entry.address, &entry.result}) {
    detail += ',';
    json::append_string(detail, *text);
  }
  detail += ']';
}

AuditRow row_of(const AuditEntry& entry) {
  return {.chain = {},
          .number = 0,
          .at = entry.at,
          .action = std::string(to_text(entry.action)),
          .actor = entry.actor.text(),
          .relation = entry.relation.text(),
          .subject = entry.subject,
          .address = entry.address,
          .result = entry.result,
          .detail = {},
          .hash = {}};
}

std::optional<std::string> text_at(const json::Array& array, std::size_t index) {
  const json::String* text = array[index].if_string();
  if (!text) return std::nullopt;
  return std::string(json::view(*text));
}

std::optional<AuditEntry> sent_entry(const json::Value& value) {
  const json::Array* fields = value.if_array();
  if (!fields || fields->size() != 6 || !(*fields)[0].is_int64()) return std::nullopt;
  auto actor = text_at(*fields, 1);
  auto relation = text_at(*fields, 2);
  auto message = text_at(*fields, 3);
  auto address = text_at(*fields, 4);
  auto result = text_at(*fields, 5);
  if (!actor || !relation || !message || !address || !result) return std::nullopt;
  return AuditEntry{.action = AuditAction::send,
                    .actor = UserId(std::move(*actor)),
                    .relation = RelationId(std::move(*relation)),
                    .subject = std::move(*message),
                    .address = std::move(*address),
                    .result = std::move(*result),
                    .at = WallTime(std::chrono::milliseconds((*fields)[0].get_int64()))};
}

std::vector<AuditHead> heads_named_by(const AuditRow& opening) {
  std::vector<AuditHead> heads;
  const auto detail = json::parse(opening.detail);
  if (!detail || !detail->is_array()) return heads;
  for (const json::Value& value : detail->get_array()) {
    const json::Array* fields = value.if_array();
    if (!fields || fields->size() != 3 || !(*fields)[1].is_int64()) continue;
    auto chain = text_at(*fields, 0);
    auto hash = text_at(*fields, 2);
    if (!chain || !hash) continue;
    heads.push_back(
        {.chain = std::move(*chain), .number = (*fields)[1].get_int64(), .hash = std::move(*hash)});
  }
  return heads;
}

}  // namespace

std::string audit_hash(std::string_view previous, const AuditRow& row) {
  std::string bytes;
  bytes.reserve(256 + row.detail.size());
  append_part(bytes, previous);
  append_part(bytes, row.chain);
  append_part(bytes, row.number);
  append_part(bytes, row.at.time_since_epoch().count());
  for (const std::string* text : {&row.action, &row.actor, &row.relation, &row.subject,
                                  &row.address, &row.result, &row.detail}) {
    append_part(bytes, *text);
  }
  return sha256_hex(bytes);
}

std::vector<AuditHead> unnamed_heads(std::vector<AuditHead> heads,
                                     std::span<const AuditRow> openings) {
  std::map<std::string, std::int64_t> named;
  for (const AuditRow& opening : openings) {
    for (const AuditHead& head : heads_named_by(opening)) {
      std::int64_t& number = named[head.chain];
      number = std::max(number, head.number);
    }
  }
  std::erase_if(heads, [&named](const AuditHead& head) {
    const auto found = named.find(head.chain);
    return found != named.end() && found->second >= head.number;
  });
  return heads;
}

AuditChain::AuditChain() : head_{.chain = new_row_id(), .number = 0, .hash = {}} {}

AuditRow AuditChain::linked(AuditRow row) {
  row.chain = head_.chain;
  row.number = ++head_.number;
  row.hash = audit_hash(head_.hash, row);
  head_.hash = row.hash;
  return row;
}

AuditRow AuditChain::open(std::span<const AuditHead> others, WallTime at) {
  std::string detail = "[";
  for (const AuditHead& other : others) {
    if (detail.size() > 1) detail += ',';
    detail += '[';
    json::append_string(detail, other.chain);
    detail += ',' + std::to_string(other.number) + ',';
    json::append_string(detail, other.hash);
    detail += ']';
  }
  AuditRow row = row_of({.action = AuditAction::chain_opened, .at = at});
  row.detail = detail + ']';
  return linked(std::move(row));
}

std::vector<AuditRow> AuditChain::link(std::span<const AuditEntry> entries) {
  std::vector<AuditRow> rows;
  std::string sent;
  WallTime sent_at{};
  for (const AuditEntry& entry : entries) {
    if (entry.action == AuditAction::send) {
      sent_at = std::max(sent_at, entry.at);
      append_sent(sent, entry);
    } else {
      rows.push_back(linked(row_of(entry)));
    }
  }
  if (!sent.empty()) {
    AuditRow row = row_of({.action = AuditAction::send, .at = sent_at});
    row.detail = sent + ']';
    rows.push_back(linked(std::move(row)));
  }
  return rows;
}

std::vector<AuditEntry> entries_of(const AuditRow& row) {
  std::vector<AuditEntry> entries;
  const auto action = parse_audit_action(row.action);
  if (!action) return entries;
  if (*action == AuditAction::send) {
    const auto detail = json::parse(row.detail);
    if (!detail || !detail->is_array()) return entries;
    for (const json::Value& value : detail->get_array()) {
      if (auto entry = sent_entry(value)) entries.push_back(std::move(*entry));
    }
    return entries;
  }
  entries.push_back({.action = *action,
                     .actor = UserId(row.actor),
                     .relation = RelationId(row.relation),
                     .subject = row.subject,
                     .address = row.address,
                     .result = row.result,
                     .at = row.at});
  return entries;
}

bool matches(const AuditEntry& entry, const AuditQuery& query) {
  if (entry.at < query.since) return false;
  if (query.relation && entry.relation != *query.relation) return false;
  if (query.user && entry.actor != *query.user && entry.subject != query.user->text()) {
    return false;
  }
  return query.actions.empty() ||
         std::ranges::find(query.actions, entry.action) != query.actions.end();
}

void append_matching(std::vector<AuditEntry>& entries, const AuditRow& row,
                     const AuditQuery& query) {
  // A row of sends is not taken apart for somebody who wants none.
  const auto is_it = [&row](AuditAction action) { return to_text(action) == row.action; };
  const bool unwanted = !query.actions.empty() && std::ranges::none_of(query.actions, is_it);
  if (unwanted) return;
  for (AuditEntry& entry : entries_of(row)) {
    if (matches(entry, query)) entries.push_back(std::move(entry));
  }
}

AuditVerifier::AuditVerifier(std::span<const AuditRow> openings) {
  for (const AuditRow& opening : openings) {
    for (AuditHead& head : heads_named_by(opening)) {
      named_.insert_or_assign({std::move(head.chain), head.number},
                              Named{.hash = std::move(head.hash), .by = opening.chain});
    }
  }
}

void AuditVerifier::note(std::string chain, std::int64_t number, std::string what) {
  if (report_.fault) return;
  report_.fault = {.chain = std::move(chain), .number = number, .what = std::move(what)};
}

void AuditVerifier::take(const AuditRow& row) {
  ++report_.entries;
  if (row.chain != last_.chain || report_.chains == 0) {
    ++report_.chains;
    last_ = {.chain = row.chain, .number = 0, .hash = {}};
  }
  if (row.number != last_.number + 1) {
    note(row.chain, last_.number + 1, "is missing");
  } else if (row.hash != audit_hash(last_.hash, row)) {
    note(row.chain, row.number, "was changed");
  } else if ((row.number == 1) != (row.action == to_text(AuditAction::chain_opened))) {
    note(row.chain, row.number, "is not where it belongs");
  }
  const auto named = named_.find({row.chain, row.number});
  if (named != named_.end()) {
    if (named->second.hash != row.hash) {
      note(row.chain, row.number, "is not what chain " + named->second.by + " saw there");
    }
    named_.erase(named);
  }
  last_.number = row.number;
  last_.hash = row.hash;
}

AuditReport AuditVerifier::finish() {
  for (const auto& [place, named] : named_) {
    note(place.first, place.second, "is missing; chain " + named.by + " saw it");
  }
  return std::move(report_);
}

}  // namespace quickclinic::chat
