#include "store/sqlite/delivery_rows.hpp"

#include "store/sqlite/all_rows.hpp"

#include <algorithm>
#include <utility>

namespace quickclinic::store {

using chat::StoreError;

namespace {

constexpr const char* upsert_delivery = R"sql(
  INSERT INTO qc_delivery_state
      ("relationId", "userId", "messageId", "messageCreatedAt", "deliveredAt")
    SELECT ?1, ?2, "m"."id", "m"."createdAt", ?4 FROM "ChatMessages" AS "m"
      WHERE "m"."id" = ?3 AND "m"."doctorPatientRelationId" = ?1
        AND NOT EXISTS (SELECT 1 FROM qc_read_state AS "r"
          WHERE "r"."relationId" = ?1 AND "r"."userId" = ?2
            AND ("r"."messageCreatedAt", "r"."messageId") >= ("m"."createdAt", "m"."id"))
    ON CONFLICT ("relationId", "userId") DO UPDATE SET
      "messageId" = excluded."messageId",
      "messageCreatedAt" = excluded."messageCreatedAt",
      "deliveredAt" = excluded."deliveredAt"
    WHERE (excluded."messageCreatedAt", excluded."messageId")
        > (qc_delivery_state."messageCreatedAt", qc_delivery_state."messageId")
    RETURNING 1)sql";

constexpr const char* select_message =
    R"(SELECT 1 FROM "ChatMessages" WHERE "id" = ?1 AND "doctorPatientRelationId" = ?2)";

constexpr const char* select_deliveries = R"sql(
  SELECT "userId", "messageId", "at" FROM (
    SELECT "userId", "messageId", "at",
        row_number() OVER (PARTITION BY "userId"
                           ORDER BY "messageCreatedAt" DESC, "messageId" DESC, "at") AS "place"
      FROM (SELECT "userId", "messageId", "messageCreatedAt", "deliveredAt" AS "at"
              FROM qc_delivery_state WHERE "relationId" = ?1
            UNION ALL
            SELECT "userId", "messageId", "messageCreatedAt", "readAt"
              FROM qc_read_state WHERE "relationId" = ?1))
    WHERE "place" = 1 ORDER BY "userId")sql";

chat::Mark mark_of(const Query& row) {
  return {.user = chat::UserId(row.text(0)),
          .message = chat::MessageId(row.text(1)),
          .at = row.time(2)};
}

Result<bool> is_message_of(Connection& connection, const chat::MessageId& message,
                           const chat::RelationId& relation) {
  Query query(connection, select_message);
  const auto row = query.bind(message.text()).bind(relation.text()).next();
  if (!row) return std::unexpected(row.error());
  return *row;
}

}  // namespace

Result<chat::Marked> mark_message_delivered(Connection& connection,
                                            const chat::RelationId& relation,
                                            const chat::UserId& user,
                                            const chat::MessageId& message, WallTime now) {
  bool advanced = false;
  {
    Query query(connection, upsert_delivery);
    query.bind(relation.text()).bind(user.text()).bind(message.text()).bind(now);
    const auto row = query.next();
    if (!row) return std::unexpected(row.error());
    advanced = *row;
    if (auto ended = query.run(); !ended) return std::unexpected(ended.error());
  }
  if (!advanced) {
    const auto known = is_message_of(connection, message, relation);
    if (!known) return std::unexpected(known.error());
    if (!*known) return fail(StoreError::not_found, "no such message in the relation");
  }
  auto marks = relation_deliveries(connection, relation);
  if (!marks) return std::unexpected(marks.error());
  const auto mark = std::ranges::find(*marks, user, &chat::Mark::user);
  if (mark == marks->end()) return fail(StoreError::corrupt, "a mark vanished in its transaction");
  return chat::Marked{.mark = std::move(*mark), .advanced = advanced};
}

Result<std::vector<chat::Mark>> relation_deliveries(Connection& connection,
                                                    const chat::RelationId& relation) {
  Query query(connection, select_deliveries);
  return all_rows(query.bind(relation.text()), mark_of);
}

}  // namespace quickclinic::store
