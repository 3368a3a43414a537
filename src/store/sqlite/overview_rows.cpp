#include "store/sqlite/overview_rows.hpp"

#include "store/sqlite/all_rows.hpp"

#include <utility>

namespace quickclinic::store {
namespace {

// Two halves, each of which an index answers.
constexpr const char* select_summaries = R"sql(
  WITH "mine" AS (
    SELECT "id", 0 AS "asPatient" FROM "DoctorPatientRelation" WHERE "doctorsUserId" = ?1 AND ?2
    UNION ALL
    SELECT "id", 1 FROM "DoctorPatientRelation" WHERE "patientsUserId" = ?1 AND ?3)
  SELECT "r"."id", "r"."doctorsUserId", "r"."patientsUserId", "r"."createdAt",
      "d"."name", "p"."name",
      coalesce(iif("mine"."asPatient", "s"."patientUnread", "s"."doctorUnread"), 0),
      "m"."id" IS NOT NULL, "m"."id", "m"."senderId", "m"."text", "m"."createdAt"
    FROM "mine"
    JOIN "DoctorPatientRelation" AS "r" ON "r"."id" = "mine"."id"
    JOIN "User" AS "d" ON "d"."id" = "r"."doctorsUserId"
    JOIN "User" AS "p" ON "p"."id" = "r"."patientsUserId"
    LEFT JOIN qc_relation_state AS "s" ON "s"."relationId" = "r"."id"
    LEFT JOIN "ChatMessages" AS "m" ON "m"."id" = "s"."lastMessageId"
    ORDER BY "m"."createdAt" DESC NULLS LAST, "r"."createdAt" DESC, "r"."id"
    LIMIT ?4)sql";

chat::RelationSummary summary_of(const Query& row) {
  chat::RelationSummary summary{.relation = {.id = chat::RelationId(row.text(0)),
                                             .doctor = chat::UserId(row.text(1)),
                                             .patient = chat::UserId(row.text(2)),
                                             .created_at = row.time(3)},
                                .doctor_name = row.text(4),
                                .patient_name = row.text(5),
                                .last = std::nullopt,
                                .unread = row.number(6)};
  if (row.number(7) != 0) {
    summary.last = chat::Message{.id = chat::MessageId(row.text(8)),
                                 .relation = summary.relation.id,
                                 .sender = chat::UserId(row.text(9)),
                                 .text = row.text(10),
                                 .created_at = row.time(11)};
  }
  return summary;
}

}  // namespace

Result<std::vector<chat::RelationSummary>> relation_summaries(Connection& connection,
                                                              const chat::UserId& user,
                                                              std::optional<chat::Role> side) {
  Query query(connection, select_summaries);
  query.bind(user.text())
      .bind(side != chat::Role::patient ? 1 : 0)
      .bind(side != chat::Role::doctor ? 1 : 0)
      .bind(chat::relations_max);
  return all_rows(query, summary_of);
}

}  // namespace quickclinic::store
