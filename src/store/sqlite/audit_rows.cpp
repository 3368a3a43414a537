#include "store/sqlite/audit_rows.hpp"

#include "store/sqlite/all_rows.hpp"

#include <algorithm>
#include <utility>

namespace quickclinic::store {

namespace {

constexpr std::int64_t rows_of_a_page = 500;

constexpr const char* insert_row = R"sql(
  INSERT INTO qc_audit ("chain", "number", "at", "action", "actor", "relation", "subject",
                        "address", "result", "detail", "hash")
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11))sql";

constexpr const char* select_all = R"sql(
  SELECT "chain", "number", "at", "action", "actor", "relation", "subject", "address", "result",
         "detail", "hash"
    FROM qc_audit ORDER BY "chain", "number")sql";
constexpr const char* select_openings = R"sql(
  SELECT "chain", "number", "at", "action", "actor", "relation", "subject", "address", "result",
         "detail", "hash"
    FROM qc_audit WHERE "number" = 1 ORDER BY "chain")sql";
// The ends of all chains, each found through the primary key.
constexpr const char* select_heads = R"sql(
  SELECT o."chain", h."number", h."hash" FROM qc_audit o JOIN qc_audit h
      ON h."chain" = o."chain"
     AND h."number" = (SELECT max("number") FROM qc_audit WHERE "chain" = o."chain")
    WHERE o."number" = 1 ORDER BY o."chain")sql";

constexpr const char* select_by_time = R"sql(
  SELECT "chain", "number", "at", "action", "actor", "relation", "subject", "address", "result",
         "detail", "hash"
    FROM qc_audit WHERE ("at", "chain", "number") > (?1, ?2, ?3)
    ORDER BY "at", "chain", "number" LIMIT ?4)sql";
constexpr const char* select_by_relation = R"sql(
  SELECT "chain", "number", "at", "action", "actor", "relation", "subject", "address", "result",
         "detail", "hash"
    FROM qc_audit
    WHERE "relation" = ?5 AND "relation" <> '' AND ("at", "chain", "number") > (?1, ?2, ?3)
    ORDER BY "at", "chain", "number" LIMIT ?4)sql";

chat::AuditRow row_of(const Query& query) {
  return {.chain = query.text(0),
          .number = query.number(1),
          .at = query.time(2),
          .action = query.text(3),
          .actor = query.text(4),
          .relation = query.text(5),
          .subject = query.text(6),
          .address = query.text(7),
          .result = query.text(8),
          .detail = query.text(9),
          .hash = query.text(10)};
}

chat::AuditHead head_of(const Query& query) {
  return {.chain = query.text(0), .number = query.number(1), .hash = query.text(2)};
}

// Sends stand in rows of no relation; who asks for them has to look through all of a time.
bool wants_sends(const chat::AuditQuery& query) {
  return query.actions.empty() ||
         std::ranges::find(query.actions, chat::AuditAction::send) != query.actions.end();
}

}  // namespace

Result<> insert_audit_row(Connection& connection, const chat::AuditRow& row) {
  Query query(connection, insert_row);
  return query.bind(row.chain)
      .bind(row.number)
      .bind(row.at)
      .bind(row.action)
      .bind(row.actor)
      .bind(row.relation)
      .bind(row.subject)
      .bind(row.address)
      .bind(row.result)
      .bind(row.detail)
      .bind(row.hash)
      .run();
}

Result<std::vector<chat::AuditHead>> unnamed_audit_heads(Connection& connection) {
  Query openings(connection, select_openings);
  const auto opened = all_rows(openings, row_of);
  if (!opened) return std::unexpected(opened.error());
  Query ends(connection, select_heads);
  auto heads = all_rows(ends, head_of);
  if (!heads) return std::unexpected(heads.error());
  return chat::unnamed_heads(std::move(*heads), *opened);
}

Result<chat::AuditPage> audit_page(Connection& connection, const chat::AuditQuery& query) {
  const bool by_relation = query.relation && !wants_sends(query);
  const chat::AuditPosition after = query.after.value_or(chat::AuditPosition{.at = query.since});
  Query select(connection, by_relation ? select_by_relation : select_by_time);
  select.bind(after.at).bind(after.chain).bind(after.number).bind(rows_of_a_page);
  if (by_relation) select.bind(query.relation->text());
  const auto rows = all_rows(select, row_of);
  if (!rows) return std::unexpected(rows.error());

  chat::AuditPage page;
  for (const chat::AuditRow& row : *rows) append_matching(page.entries, row, query);
  if (rows->size() == static_cast<std::size_t>(rows_of_a_page)) {
    page.next = {.at = rows->back().at, .chain = rows->back().chain, .number = rows->back().number};
  }
  return page;
}

Result<chat::AuditReport> verify_audit(Connection& connection) {
  Query openings(connection, select_openings);
  const auto opened = all_rows(openings, row_of);
  if (!opened) return std::unexpected(opened.error());
  chat::AuditVerifier verifier(*opened);
  Query all(connection, select_all);
  while (true) {
    const auto row = all.next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return verifier.finish();
    verifier.take(row_of(all));
  }
}

}  // namespace quickclinic::store
