#include "store/postgres/audit_rows.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace quickclinic::postgres {
namespace {

constexpr std::int64_t rows_of_a_page = 500;
constexpr std::size_t rows_of_an_insert = 2000;  // stored long before a statement's time is over

// Many rows at once, since parsing and planning a statement costs more than storing a row.
constexpr const char* insert_rows = R"sql(
  INSERT INTO quickclinic.audit ("chain", "number", "at", "action", "actor", "relation", "subject",
                                 "address", "result", "detail", "hash")
    SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11))sql";

constexpr const char* select_openings = R"sql(
  SELECT "chain", "number", "at", "action", "actor", "relation", "subject", "address", "result",
         "detail", "hash"
    FROM quickclinic.audit WHERE "number" = 1 ORDER BY "chain")sql";
// The ends of all chains, each found through the primary key.
constexpr const char* select_heads = R"sql(
  SELECT o."chain", h."number", h."hash" FROM quickclinic.audit o,
      LATERAL (SELECT "number", "hash" FROM quickclinic.audit WHERE "chain" = o."chain"
                 ORDER BY "number" DESC LIMIT 1) h
    WHERE o."number" = 1 ORDER BY o."chain")sql";

constexpr Statement openings_statement{select_openings};
constexpr Statement select_behind{R"sql(
  SELECT "chain", "number", "at", "action", "actor", "relation", "subject", "address", "result",
         "detail", "hash"
    FROM quickclinic.audit WHERE ("chain", "number") > ($1, $2)
    ORDER BY "chain", "number" LIMIT $3)sql"};
constexpr Statement select_by_time{R"sql(
  SELECT "chain", "number", "at", "action", "actor", "relation", "subject", "address", "result",
         "detail", "hash"
    FROM quickclinic.audit WHERE ("at", "chain", "number") > ($1, $2, $3)
    ORDER BY "at", "chain", "number" LIMIT $4)sql"};
constexpr Statement select_by_relation{R"sql(
  SELECT "chain", "number", "at", "action", "actor", "relation", "subject", "address", "result",
         "detail", "hash"
    FROM quickclinic.audit
    WHERE "relation" = $5 AND "relation" <> '' AND ("at", "chain", "number") > ($1, $2, $3)
    ORDER BY "at", "chain", "number" LIMIT $4)sql"};

chat::AuditRow row_at(const Rows& rows, int row) {
  return {.chain = rows.text(row, 0),
          .number = rows.number(row, 1),
          .at = rows.time(row, 2),
          .action = rows.text(row, 3),
          .actor = rows.text(row, 4),
          .relation = rows.text(row, 5),
          .subject = rows.text(row, 6),
          .address = rows.text(row, 7),
          .result = rows.text(row, 8),
          .detail = rows.text(row, 9),
          .hash = rows.text(row, 10)};
}

std::vector<chat::AuditRow> rows_of(const Rows& rows) {
  std::vector<chat::AuditRow> all;
  for (int row = 0; row < rows.count(); ++row) all.push_back(row_at(rows, row));
  return all;
}

Result<> insert(const Session& session, std::span<const chat::AuditRow> rows) {
  Parameters parameters;
  const auto column = [&](std::string chat::AuditRow::* of) {
    parameters.texts(rows, [of](const auto& row) -> std::string_view { return row.*of; });
  };
  column(&chat::AuditRow::chain);
  parameters.numbers(rows, [](const auto& row) { return row.number; });
  parameters.times(rows, [](const auto& row) { return row.at; });
  column(&chat::AuditRow::action);
  column(&chat::AuditRow::actor);
  column(&chat::AuditRow::relation);
  column(&chat::AuditRow::subject);
  column(&chat::AuditRow::address);
  column(&chat::AuditRow::result);
  column(&chat::AuditRow::detail);
  column(&chat::AuditRow::hash);
  const auto done = session.ask(insert_rows, parameters);
  if (!done) return std::unexpected(done.error());
  return {};
}

// Sends stand in rows of no relation; who asks for them has to look through all of a time.
bool wants_sends(const chat::AuditQuery& query) {
  return query.actions.empty() ||
         std::ranges::find(query.actions, chat::AuditAction::send) != query.actions.end();
}

}  // namespace

Result<> insert_audit_rows(const Session& session, std::span<const chat::AuditRow> rows) {
  if (auto begun = session.run("BEGIN"); !begun) return begun;
  while (!rows.empty()) {
    const std::size_t count = std::min(rows.size(), rows_of_an_insert);
    if (auto done = insert(session, rows.first(count)); !done) return done;
    rows = rows.subspan(count);
  }
  return session.run("COMMIT");
}

Result<std::vector<chat::AuditHead>> unnamed_audit_heads(const Session& session) {
  const auto openings = session.ask(select_openings, {});
  if (!openings) return std::unexpected(openings.error());
  const auto ends = session.ask(select_heads, {});
  if (!ends) return std::unexpected(ends.error());
  std::vector<chat::AuditHead> heads;
  for (int row = 0; row < ends->count(); ++row) {
    heads.push_back(
        {.chain = ends->text(row, 0), .number = ends->number(row, 1), .hash = ends->text(row, 2)});
  }
  return chat::unnamed_heads(std::move(heads), rows_of(*openings));
}

Task<chat::AuditPage> audit_page(Links& links, chat::AuditQuery query) {
  const bool by_relation = query.relation && !wants_sends(query);
  const chat::AuditPosition after = query.after.value_or(chat::AuditPosition{.at = query.since});
  Parameters parameters;
  parameters.time(after.at).text(after.chain).number(after.number).number(rows_of_a_page);
  if (by_relation) parameters.text(query.relation->text());
  const Statement statement = by_relation ? select_by_relation : select_by_time;
  const auto rows = co_await ask(links, LaneChoice::read, statement, std::move(parameters));
  if (!rows) co_return std::unexpected(rows.error());

  chat::AuditPage page;
  for (int row = 0; row < rows->count(); ++row) {
    for (auto& entry : entries_of(row_at(*rows, row))) {
      if (matches(entry, query)) page.entries.push_back(std::move(entry));
    }
  }
  if (rows->count() == rows_of_a_page) {
    const chat::AuditRow last = row_at(*rows, rows->count() - 1);
    page.next = {.at = last.at, .chain = last.chain, .number = last.number};
  }
  co_return page;
}

Task<chat::AuditReport> verify_audit(Links& links) {
  const auto openings = co_await ask(links, LaneChoice::read, openings_statement, {});
  if (!openings) co_return std::unexpected(openings.error());
  chat::AuditVerifier verifier(rows_of(*openings));
  std::string chain;
  std::int64_t number = 0;
  while (true) {
    Parameters parameters;
    parameters.text(chain).number(number).number(rows_of_a_page);
    const auto rows = co_await ask(links, LaneChoice::read, select_behind, std::move(parameters));
    if (!rows) co_return std::unexpected(rows.error());
    for (int row = 0; row < rows->count(); ++row) verifier.take(row_at(*rows, row));
    if (rows->count() < rows_of_a_page) co_return verifier.finish();
    chain = rows->text(rows->count() - 1, 0);
    number = rows->number(rows->count() - 1, 1);
  }
}

}  // namespace quickclinic::postgres
