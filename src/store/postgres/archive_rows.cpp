#include "store/postgres/archive_rows.hpp"

#include "chat/store.hpp"

#include <optional>
#include <utility>

namespace quickclinic::postgres {

using chat::Archive;
using chat::StoreError;

namespace {

constexpr Statement select_users{R"sql(
  SELECT u."id", u."email", u."name", u."role"::text, u."isActive", u."password", d."id", p."id",
      u."createdAt"::timestamp, u."updatedAt"::timestamp
    FROM public."User" u LEFT JOIN public."Doctor" d ON d."userId" = u."id"
      LEFT JOIN public."Patient" p ON p."userId" = u."id"
    WHERE u."id" COLLATE "C" > $1 ORDER BY u."id" COLLATE "C" LIMIT $2)sql"};
constexpr Statement select_user{R"sql(
  SELECT u."id", u."email", u."name", u."role"::text, u."isActive", u."password", d."id", p."id",
      u."createdAt"::timestamp, u."updatedAt"::timestamp
    FROM public."User" u LEFT JOIN public."Doctor" d ON d."userId" = u."id"
      LEFT JOIN public."Patient" p ON p."userId" = u."id"
    WHERE u."id" = $1)sql"};
constexpr Statement select_relations{R"sql(
  SELECT "id", "doctorsUserId", "patientsUserId", "createdAt"::timestamp, "updatedAt"::timestamp
    FROM public."DoctorPatientRelation"
    WHERE "id" COLLATE "C" > $1 ORDER BY "id" COLLATE "C" LIMIT $2)sql"};
// The first condition on the time is one that the index can answer.
constexpr Statement select_messages{R"sql(
  SELECT "id", "doctorPatientRelationId", "senderId", "text", "createdAt"::timestamp, "updatedAt"::timestamp
    FROM public."ChatMessages"
    WHERE "doctorPatientRelationId" = $1 AND "createdAt" >= coalesce($2, '-infinity'::timestamp)
      AND ("createdAt", "id" COLLATE "C") > (coalesce($2, '-infinity'::timestamp), $3)
    ORDER BY "createdAt", "id" COLLATE "C" LIMIT $4)sql"};
constexpr Statement select_marks{R"sql(
  SELECT "relationId", "userId", "messageId", "at", "kind" FROM (
    SELECT "relationId", "userId", "messageId", "readAt"::timestamp AS "at", 0::bigint AS "kind"
      FROM quickclinic.read_state WHERE "relationId" = $1
    UNION ALL
    SELECT "relationId", "userId", "messageId", "deliveredAt"::timestamp, 1
      FROM quickclinic.delivery_state WHERE "relationId" = $1) m
    ORDER BY "kind", "userId" COLLATE "C")sql"};
constexpr Statement select_notifications{R"sql(
  SELECT "id", "userId", "message", "actionHref", "actionLabel", "isRead", "status"::text, "readAt"::timestamp,
      "createdAt"::timestamp
    FROM public."Notification"
    WHERE "userId" = $1 AND "id" COLLATE "C" > $2 ORDER BY "id" COLLATE "C" LIMIT $3)sql"};
constexpr Statement select_holds{R"sql(
  SELECT "what", "id", "reason", "since"::timestamp FROM quickclinic.hold
    ORDER BY "what" DESC, "id" COLLATE "C")sql"};

Result<chat::ArchivedUser> user_of(const Rows& rows, int row) {
  const auto role = chat::parse_role(rows.view(row, 3));
  if (!role) return fail(StoreError::corrupt, "a user has an unknown role");
  return chat::ArchivedUser{.id = chat::UserId(rows.view(row, 0)),
                            .email = rows.text(row, 1),
                            .name = rows.text(row, 2),
                            .role = *role,
                            .active = rows.boolean(row, 4),
                            .password_hash = rows.text(row, 5),
                            .doctor_row = rows.optional_text(row, 6),
                            .patient_row = rows.optional_text(row, 7),
                            .created_at = rows.time(row, 8),
                            .updated_at = rows.time(row, 9)};
}

Result<chat::ArchivedRelation> relation_of(const Rows& rows, int row) {
  return chat::ArchivedRelation{.relation = {.id = chat::RelationId(rows.view(row, 0)),
                                             .doctor = chat::UserId(rows.view(row, 1)),
                                             .patient = chat::UserId(rows.view(row, 2)),
                                             .created_at = rows.time(row, 3)},
                                .updated_at = rows.time(row, 4)};
}

Result<chat::ArchivedMessage> message_of(const Rows& rows, int row) {
  return chat::ArchivedMessage{.message = {.id = chat::MessageId(rows.view(row, 0)),
                                           .relation = chat::RelationId(rows.view(row, 1)),
                                           .sender = chat::UserId(rows.view(row, 2)),
                                           .text = rows.text(row, 3),
                                           .created_at = rows.time(row, 4)},
                               .updated_at = rows.time(row, 5)};
}

Result<chat::ArchivedMark> mark_of(const Rows& rows, int row) {
  return chat::ArchivedMark{
      .relation = chat::RelationId(rows.view(row, 0)),
      .mark = {.user = chat::UserId(rows.view(row, 1)),
               .message = chat::MessageId(rows.view(row, 2)),
               .at = rows.time(row, 3)},
      .kind = rows.number(row, 4) == 0 ? chat::MarkKind::read : chat::MarkKind::delivered};
}

Result<chat::ArchivedNotification> notification_of(const Rows& rows, int row) {
  return chat::ArchivedNotification{.notification = {.id = chat::NotificationId(rows.view(row, 0)),
                                                     .user = chat::UserId(rows.view(row, 1)),
                                                     .message = rows.text(row, 2),
                                                     .action_href = rows.optional_text(row, 3),
                                                     .action_label = rows.optional_text(row, 4),
                                                     .is_read = rows.boolean(row, 5),
                                                     .created_at = rows.time(row, 8)},
                                    .status = rows.optional_text(row, 6),
                                    .read_at = rows.optional_time(row, 7)};
}

Result<chat::Hold> hold_of(const Rows& rows, int row) {
  const bool user = rows.view(row, 0) == to_text(chat::Held::user);
  return chat::Hold{.what = user ? chat::Held::user : chat::Held::relation,
                    .id = rows.text(row, 1),
                    .reason = rows.text(row, 2),
                    .since = rows.time(row, 3)};
}

template <class T>
Task<std::vector<T>> all(Links& links, Statement statement, Parameters parameters,
                         Result<T> (*read)(const Rows&, int)) {
  auto rows = co_await ask(links, LaneChoice::read, statement, std::move(parameters));
  if (!rows) co_return std::unexpected(rows.error());
  std::vector<T> records;
  for (int row = 0; row < rows->count(); ++row) {
    auto record = read(*rows, row);
    if (!record) co_return std::unexpected(record.error());
    records.push_back(std::move(*record));
  }
  co_return records;
}

}  // namespace

Task<std::vector<chat::ArchivedUser>> archived_users(Links& links, chat::UserId after) {
  Parameters parameters;
  parameters.text(after.text()).number(Archive::piece);
  return all(links, select_users, std::move(parameters), user_of);
}

Task<chat::ArchivedUser> archived_user(Links& links, chat::UserId user) {
  auto found = co_await all(links, select_user, Parameters::one_text(user.text()), user_of);
  if (!found) co_return std::unexpected(found.error());
  if (found->empty()) co_return fail(StoreError::not_found, "no such user");
  co_return std::move(found->front());
}

Task<std::vector<chat::ArchivedRelation>> archived_relations(Links& links, chat::RelationId after) {
  Parameters parameters;
  parameters.text(after.text()).number(Archive::piece);
  return all(links, select_relations, std::move(parameters), relation_of);
}

Task<std::vector<chat::ArchivedMessage>> archived_messages(Links& links, chat::RelationId relation,
                                                           WallTime at, chat::MessageId after) {
  Parameters parameters;
  parameters.text(relation.text())
      .time(after.empty() ? std::nullopt : std::optional(at))
      .text(after.text())
      .number(Archive::piece);
  return all(links, select_messages, std::move(parameters), message_of);
}

Task<std::vector<chat::ArchivedMark>> archived_marks(Links& links, chat::RelationId relation) {
  return all(links, select_marks, Parameters::one_text(relation.text()), mark_of);
}

Task<std::vector<chat::ArchivedNotification>> archived_notifications(Links& links,
                                                                     chat::UserId user,
                                                                     chat::NotificationId after) {
  Parameters parameters;
  parameters.text(user.text()).text(after.text()).number(Archive::piece);
  return all(links, select_notifications, std::move(parameters), notification_of);
}

Task<std::vector<chat::Hold>> all_holds(Links& links) {
  return all(links, select_holds, Parameters(), hold_of);
}

}  // namespace quickclinic::postgres
