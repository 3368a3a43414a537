#include "server/audit_commands.hpp"

#include "chat/audit.hpp"
#include "json/json.hpp"
#include "server/database.hpp"
#include "server/operator.hpp"
#include "server/run_blocking.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace quickclinic::server {
namespace {

using chat::AuditAction;
using chat::AuditEntry;

std::string counted(std::int64_t number, const char* one, const char* many) {
  return std::to_string(number) + " " + (number == 1 ? one : many);
}

std::string json_line(const AuditEntry& entry) {
  std::string line = "{\"at\":\"" + iso8601(entry.at) + "\"";
  const auto add = [&line](std::string_view name, std::string_view text) {
    line.append(",\"").append(name).append("\":");
    json::append_string(line, text);
  };
  add("action", to_text(entry.action));
  add("actor", entry.actor.text());
  add("relation", entry.relation.text());
  add("subject", entry.subject);
  add("address", entry.address);
  add("result", entry.result);
  return line + "}\n";
}

// Every entry that fits, a page at a time.
Result<> for_each_entry(chat::AuditLog& audit, chat::AuditQuery query,
                        const std::function<void(const AuditEntry&)>& visit) {
  while (true) {
    auto page = run_blocking(audit.entries(query));
    if (!page) return std::unexpected(page.error());
    std::ranges::for_each(page->entries, visit);
    if (!page->next) return {};
    query.after = std::move(page->next);
  }
}

Result<std::vector<chat::Relation>> relations_of(chat::Directory& directory, const Named& named) {
  if (named.relation) return std::vector{*named.relation};
  auto relations = run_blocking(directory.list_relations());
  if (!relations) return relations;
  std::erase_if(*relations, [&named](const chat::Relation& relation) {
    return !relation.has_member(named.user->id);
  });
  return relations;
}

// An export of everything, or of a person whose conversations are among `relations`.
bool reads_from(const AuditEntry& exported, const std::vector<chat::Relation>& relations) {
  if (!exported.relation.empty()) return false;  // found by its relation
  return exported.subject.empty() ||
         std::ranges::any_of(relations, [&exported](const chat::Relation& relation) {
           return relation.has_member(chat::UserId(exported.subject));
         });
}

}  // namespace

Result<> verify_audit(const settings::Settings& settings) {
  auto store = open_database(settings);
  if (!store) return std::unexpected(store.error());
  const auto report = run_blocking((*store)->audit().verify());
  if (!report) return std::unexpected(report.error());
  if (report->fault) {
    return fail(chat::StoreError::corrupt,
                "The audit record is broken: entry " + std::to_string(report->fault->number) +
                    " of chain " + report->fault->chain + " " + report->fault->what);
  }
  print("The audit record is whole: " + counted(report->entries, "entry", "entries") + " in " +
        counted(report->chains, "chain", "chains") + ".\n");
  return {};
}

Result<> list_audit(const settings::Settings& settings, const settings::ListAudit& wanted) {
  auto store = open_database(settings);
  if (!store) return std::unexpected(store.error());
  chat::AuditQuery query{.since = wanted.since};
  if (!wanted.about.empty()) {
    auto named = find_named(**store, wanted.about);
    if (!named) return std::unexpected(named.error());
    if (named->user) query.user = named->user->id;
    if (named->relation) query.relation = named->relation->id;
  }
  return for_each_entry((*store)->audit(), std::move(query),
                        [](const AuditEntry& entry) { print(json_line(entry)); });
}

Result<> who_read(const settings::Settings& settings, const settings::WhoRead& wanted) {
  auto store = open_database(settings);
  if (!store) return std::unexpected(store.error());
  const auto named = find_named(**store, wanted.about);
  if (!named) return std::unexpected(named.error());
  const auto relations = relations_of(**store, *named);
  if (!relations) return std::unexpected(relations.error());

  std::vector<AuditEntry> reads;
  const auto keep = [&reads](const AuditEntry& entry) {
    if (entry.result == "ok") reads.push_back(entry);
  };
  for (const chat::Relation& relation : *relations) {
    const auto done =
        for_each_entry((*store)->audit(),
                       {.relation = relation.id,
                        .actions = {AuditAction::connect, AuditAction::read_history,
                                    AuditAction::read_receipt, AuditAction::export_data},
                        .since = wanted.since},
                       keep);
    if (!done) return done;
  }
  std::set<chat::UserId> members;
  for (const chat::Relation& relation : *relations) {
    members.insert({relation.doctor, relation.patient});
  }
  for (const chat::UserId& member : members) {
    const auto done = for_each_entry(
        (*store)->audit(), {.user = member, .actions = {AuditAction::watch}, .since = wanted.since},
        keep);
    if (!done) return done;
  }
  const auto done = for_each_entry((*store)->audit(),
                                   {.actions = {AuditAction::export_data}, .since = wanted.since},
                                   [&](const AuditEntry& entry) {
                                     if (reads_from(entry, *relations)) keep(entry);
                                   });
  if (!done) return done;

  std::ranges::sort(reads, {}, [](const AuditEntry& read) {
    return std::tuple(read.at, read.relation.text(), read.actor.text());
  });
  for (const AuditEntry& read : reads) {
    print(iso8601(read.at) + "  " + std::string(to_text(read.action)) + "  " + read.actor.text() +
          "  relation " + (read.relation.empty() ? "-" : read.relation.text()) + "  message " +
          (read.subject.empty() ? "-" : read.subject) + "  from " + read.address + "\n");
  }
  if (reads.empty()) print("Nobody.\n");
  return {};
}

}  // namespace quickclinic::server
