#include "store/sqlite/archive_rows.hpp"

#include "chat/store.hpp"
#include "store/sqlite/all_rows.hpp"

#include <limits>
#include <string_view>
#include <utility>

namespace quickclinic::store {

using chat::Archive;
using chat::StoreError;

namespace {

constexpr const char* select_users = R"sql(
  SELECT "u"."id", "u"."email", "u"."name", "u"."role", "u"."isActive", "u"."password", "d"."id", "p"."id",
      "u"."createdAt", "u"."updatedAt"
    FROM "User" AS "u" LEFT JOIN "Doctor" AS "d" ON "d"."userId" = "u"."id"
      LEFT JOIN "Patient" AS "p" ON "p"."userId" = "u"."id"
    WHERE "u"."id" > ?1 ORDER BY "u"."id" LIMIT ?2)sql";
constexpr const char* select_user = R"sql(
  SELECT "u"."id", "u"."email", "u"."name", "u"."role", "u"."isActive", "u"."password", "d"."id", "p"."id",
      "u"."createdAt", "u"."updatedAt"
    FROM "User" AS "u" LEFT JOIN "Doctor" AS "d" ON "d"."userId" = "u"."id"
      LEFT JOIN "Patient" AS "p" ON "p"."userId" = "u"."id"
    WHERE "u"."id" = ?1)sql";
constexpr const char* select_relations = R"sql(
  SELECT "id", "doctorsUserId", "patientsUserId", "createdAt", "updatedAt"
    FROM "DoctorPatientRelation" WHERE "id" > ?1 ORDER BY "id" LIMIT ?2)sql";
constexpr const char* select_messages = R"sql(
  SELECT "id", "doctorPatientRelationId", "senderId", "text", "createdAt", "updatedAt"
    FROM "ChatMessages"
    WHERE "doctorPatientRelationId" = ?1 AND ("createdAt", "id") > (?2, ?3)
    ORDER BY "createdAt", "id" LIMIT ?4)sql";
constexpr const char* select_marks = R"sql(
  SELECT "relationId", "userId", "messageId", "readAt", 0 AS "kind" FROM qc_read_state
    WHERE "relationId" = ?1
    UNION ALL
  SELECT "relationId", "userId", "messageId", "deliveredAt", 1 FROM qc_delivery_state
    WHERE "relationId" = ?1
    ORDER BY "kind", "userId")sql";
constexpr const char* select_notifications = R"sql(
  SELECT "id", "userId", "message", "actionHref", "actionLabel", "isRead", "status", "readAt", "createdAt"
    FROM "Notification" WHERE "userId" = ?1 AND "id" > ?2 ORDER BY "id" LIMIT ?3)sql";
constexpr const char* select_holds =
    R"(SELECT "what", "id", "reason", "since" FROM qc_hold ORDER BY "what" DESC, "id")";

Result<chat::ArchivedUser> user_of(const Query& row) {
  const auto role = chat::parse_role(row.text(3));
  if (!role) return fail(StoreError::corrupt, "a user has an unknown role");
  return chat::ArchivedUser{.id = chat::UserId(row.text(0)),
                            .email = row.text(1),
                            .name = row.text(2),
                            .role = *role,
                            .active = row.number(4) != 0,
                            .password_hash = row.text(5),
                            .doctor_row = row.optional_text(6),
                            .patient_row = row.optional_text(7),
                            .created_at = row.time(8),
                            .updated_at = row.time(9)};
}

Result<chat::ArchivedRelation> relation_of(const Query& row) {
  return chat::ArchivedRelation{.relation = {.id = chat::RelationId(row.text(0)),
                                             .doctor = chat::UserId(row.text(1)),
                                             .patient = chat::UserId(row.text(2)),
                                             .created_at = row.time(3)},
                                .updated_at = row.time(4)};
}

Result<chat::ArchivedMessage> message_of(const Query& row) {
  return chat::ArchivedMessage{.message = {.id = chat::MessageId(row.text(0)),
                                           .relation = chat::RelationId(row.text(1)),
                                           .sender = chat::UserId(row.text(2)),
                                           .text = row.text(3),
                                           .created_at = row.time(4)},
                               .updated_at = row.time(5)};
}

Result<chat::ArchivedMark> mark_of(const Query& row) {
  return chat::ArchivedMark{
      .relation = chat::RelationId(row.text(0)),
      .mark = {.user = chat::UserId(row.text(1)),
               .message = chat::MessageId(row.text(2)),
               .at = row.time(3)},
      .kind = row.number(4) == 0 ? chat::MarkKind::read : chat::MarkKind::delivered};
}

Result<chat::ArchivedNotification> notification_of(const Query& row) {
  chat::ArchivedNotification each{.notification = {.id = chat::NotificationId(row.text(0)),
                                                   .user = chat::UserId(row.text(1)),
                                                   .message = row.text(2),
                                                   .action_href = row.optional_text(3),
                                                   .action_label = row.optional_text(4),
                                                   .is_read = row.number(5) != 0,
                                                   .created_at = row.time(8)},
                                  .status = row.optional_text(6)};
  if (row.optional_text(7)) each.read_at = row.time(7);
  return each;
}

Result<chat::Hold> hold_of(const Query& row) {
  const bool user = row.text(0) == to_text(chat::Held::user);
  return chat::Hold{.what = user ? chat::Held::user : chat::Held::relation,
                    .id = row.text(1),
                    .reason = row.text(2),
                    .since = row.time(3)};
}

}  // namespace

Result<std::vector<chat::ArchivedUser>> archived_users(Connection& connection,
                                                       const chat::UserId& after) {
  Query query(connection, select_users);
  return all_rows(query.bind(after.text()).bind(Archive::piece), user_of);
}

Result<chat::ArchivedUser> archived_user(Connection& connection, const chat::UserId& user) {
  Query query(connection, select_user);
  auto found = all_rows(query.bind(user.text()), user_of);
  if (!found) return std::unexpected(found.error());
  if (found->empty()) return fail(StoreError::not_found, "no such user");
  return std::move(found->front());
}

Result<std::vector<chat::ArchivedRelation>> archived_relations(Connection& connection,
                                                               const chat::RelationId& after) {
  Query query(connection, select_relations);
  return all_rows(query.bind(after.text()).bind(Archive::piece), relation_of);
}

Result<std::vector<chat::ArchivedMessage>> archived_messages(Connection& connection,
                                                             const chat::RelationId& relation,
                                                             WallTime at,
                                                             const chat::MessageId& after) {
  Query query(connection, select_messages);
  query.bind(relation.text());
  // Before every time there is, where there is no message to begin behind.
  if (after.empty()) {
    query.bind(std::numeric_limits<std::int64_t>::min());
  } else {
    query.bind(at);
  }
  return all_rows(query.bind(after.text()).bind(Archive::piece), message_of);
}

Result<std::vector<chat::ArchivedMark>> archived_marks(Connection& connection,
                                                       const chat::RelationId& relation) {
  Query query(connection, select_marks);
  return all_rows(query.bind(relation.text()), mark_of);
}

Result<std::vector<chat::ArchivedNotification>> archived_notifications(
    Connection& connection, const chat::UserId& user, const chat::NotificationId& after) {
  Query query(connection, select_notifications);
  return all_rows(query.bind(user.text()).bind(after.text()).bind(Archive::piece), notification_of);
}

Result<std::vector<chat::Hold>> all_holds(Connection& connection) {
  Query query(connection, select_holds);
  return all_rows(query, hold_of);
}

}  // namespace quickclinic::store
