#include "store/postgres/overview_rows.hpp"

#include <utility>

namespace quickclinic::postgres {
namespace {

constexpr Statement select_summaries{R"sql(
  SELECT r."id", r."doctorsUserId", r."patientsUserId", r."createdAt", d."name", p."name",
      coalesce(CASE WHEN r."doctorsUserId" = $1 THEN s."doctorUnread" ELSE s."patientUnread" END, 0),
      m."id", m."senderId", m."text", m."createdAt"
    FROM public."DoctorPatientRelation" r
    JOIN public."User" d ON d."id" = r."doctorsUserId"
    JOIN public."User" p ON p."id" = r."patientsUserId"
    LEFT JOIN quickclinic.relation_state s ON s."relationId" = r."id"
    LEFT JOIN public."ChatMessages" m ON m."id" = s."lastMessageId"
    WHERE (r."doctorsUserId" = $1 AND $2) OR (r."patientsUserId" = $1 AND $3)
    ORDER BY m."createdAt" DESC NULLS LAST, r."createdAt" DESC, r."id"
    LIMIT $4)sql"};

chat::RelationSummary summary_at(const Rows& rows, int row) {
  chat::RelationSummary summary{.relation = {.id = chat::RelationId(rows.view(row, 0)),
                                             .doctor = chat::UserId(rows.view(row, 1)),
                                             .patient = chat::UserId(rows.view(row, 2)),
                                             .created_at = rows.time(row, 3)},
                                .doctor_name = rows.text(row, 4),
                                .patient_name = rows.text(row, 5),
                                .last = std::nullopt,
                                .unread = rows.number(row, 6)};
  if (!rows.is_null(row, 7)) {
    summary.last = chat::Message{.id = chat::MessageId(rows.view(row, 7)),
                                 .relation = summary.relation.id,
                                 .sender = chat::UserId(rows.view(row, 8)),
                                 .text = rows.text(row, 9),
                                 .created_at = rows.time(row, 10)};
  }
  return summary;
}

}  // namespace

Task<std::vector<chat::RelationSummary>> relation_summaries(Links& links, chat::UserId user,
                                                            std::optional<chat::Role> side) {
  Parameters parameters;
  parameters.text(user.text())
      .boolean(side != chat::Role::patient)
      .boolean(side != chat::Role::doctor)
      .number(chat::relations_max);
  auto rows = co_await ask(links, LaneChoice::read, select_summaries, std::move(parameters));
  if (!rows) co_return std::unexpected(rows.error());
  std::vector<chat::RelationSummary> summaries;
  for (int row = 0; row < rows->count(); ++row) summaries.push_back(summary_at(*rows, row));
  co_return summaries;
}

}  // namespace quickclinic::postgres
