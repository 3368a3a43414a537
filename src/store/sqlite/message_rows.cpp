#include "store/sqlite/message_rows.hpp"

#include "store/sqlite/all_rows.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace quickclinic::store {

using chat::StoreError;

namespace {

// The new message's time is past that of every message before it, even where the clock went back.
constexpr const char* insert_message = R"sql(
  INSERT INTO "ChatMessages"
      ("id", "doctorPatientRelationId", "text", "senderId", "createdAt", "updatedAt")
    SELECT ?1, ?2, ?3, ?4, "now", "now" FROM (
      SELECT max(?5, coalesce((SELECT "lastCreatedAt" + 1 FROM qc_relation_state
                               WHERE "relationId" = ?2), ?5)) AS "now")
    WHERE true
    ON CONFLICT ("id") DO NOTHING
    RETURNING "createdAt")sql";

constexpr const char* select_message = R"sql(
  SELECT "id", "doctorPatientRelationId", "senderId", "text", "createdAt"
    FROM "ChatMessages" WHERE "id" = ?1)sql";

// OFFSET walks the index alone: the rows themselves are fetched after it.
constexpr const char* select_from_start = R"sql(
  SELECT "id", "doctorPatientRelationId", "senderId", "text", "createdAt" FROM "ChatMessages"
    WHERE rowid IN (SELECT rowid FROM "ChatMessages" WHERE "doctorPatientRelationId" = ?1
                    ORDER BY "createdAt", "id" LIMIT ?2 OFFSET ?3)
    ORDER BY "createdAt", "id")sql";
constexpr const char* select_from_end = R"sql(
  SELECT "id", "doctorPatientRelationId", "senderId", "text", "createdAt" FROM "ChatMessages"
    WHERE rowid IN (SELECT rowid FROM "ChatMessages" WHERE "doctorPatientRelationId" = ?1
                    ORDER BY "createdAt" DESC, "id" DESC LIMIT ?2 OFFSET ?3)
    ORDER BY "createdAt", "id")sql";

constexpr const char* select_newest = R"sql(
  SELECT "id", "doctorPatientRelationId", "senderId", "text", "createdAt" FROM "ChatMessages"
    WHERE "doctorPatientRelationId" = ?1
    ORDER BY "createdAt" DESC, "id" DESC LIMIT ?2)sql";
constexpr const char* select_before = R"sql(
  SELECT "id", "doctorPatientRelationId", "senderId", "text", "createdAt" FROM "ChatMessages"
    WHERE "doctorPatientRelationId" = ?1 AND ("createdAt", "id") < (?2, ?3)
    ORDER BY "createdAt" DESC, "id" DESC LIMIT ?4)sql";
constexpr const char* select_after = R"sql(
  SELECT "id", "doctorPatientRelationId", "senderId", "text", "createdAt" FROM "ChatMessages"
    WHERE "doctorPatientRelationId" = ?1 AND ("createdAt", "id") > (?2, ?3)
    ORDER BY "createdAt", "id" LIMIT ?4)sql";

constexpr const char* select_newer = R"sql(
  SELECT "id", "doctorPatientRelationId", "senderId", "text", "createdAt" FROM "ChatMessages"
    WHERE "doctorPatientRelationId" = ?1 AND "createdAt" > ?2
    ORDER BY "createdAt", "id" LIMIT ?3)sql";

constexpr const char* select_position =
    R"(SELECT "lastCreatedAt" FROM qc_relation_state WHERE "relationId" = ?1)";
constexpr const char* select_total =
    R"(SELECT "messages" FROM qc_relation_state WHERE "relationId" = ?1)";

constexpr const char* upsert_mark = R"sql(
  INSERT INTO qc_read_state ("relationId", "userId", "messageId", "messageCreatedAt", "readAt")
    VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT ("relationId", "userId") DO UPDATE SET
      "messageId" = excluded."messageId",
      "messageCreatedAt" = excluded."messageCreatedAt",
      "readAt" = excluded."readAt"
    WHERE (excluded."messageCreatedAt", excluded."messageId")
        > (qc_read_state."messageCreatedAt", qc_read_state."messageId")
    RETURNING "readAt")sql";

constexpr const char* select_mark = R"sql(
  SELECT "userId", "messageId", "readAt" FROM qc_read_state
    WHERE "relationId" = ?1 AND "userId" = ?2)sql";
constexpr const char* select_marks = R"sql(
  SELECT "userId", "messageId", "readAt" FROM qc_read_state
    WHERE "relationId" = ?1 ORDER BY "userId")sql";

chat::Message message_of(const Query& row) {
  return {.id = chat::MessageId(row.text(0)),
          .relation = chat::RelationId(row.text(1)),
          .sender = chat::UserId(row.text(2)),
          .text = row.text(3),
          .created_at = row.time(4)};
}

chat::Mark mark_of(const Query& row) {
  return {.user = chat::UserId(row.text(0)),
          .message = chat::MessageId(row.text(1)),
          .at = row.time(2)};
}

Result<chat::Message> find_message(Connection& connection, const chat::MessageId& id) {
  Query query(connection, select_message);
  const auto row = query.bind(id.text()).next();
  if (!row) return std::unexpected(row.error());
  if (!*row) return fail(StoreError::not_found, "no such message");
  return message_of(query);
}

Result<chat::Message> find_message_in(Connection& connection, const chat::RelationId& relation,
                                      const chat::MessageId& id) {
  auto message = find_message(connection, id);
  if (message && message->relation != relation) {
    return fail(StoreError::not_found, "no such message in the relation");
  }
  return message;
}

Result<std::int64_t> message_total(Connection& connection, const chat::RelationId& relation) {
  Query query(connection, select_total);
  const auto row = query.bind(relation.text()).next();
  if (!row) return std::unexpected(row.error());
  return *row ? query.number(0) : 0;
}

// The relation's position: the time of its newest message, nothing when it has none.
Result<std::optional<WallTime>> position_of(Connection& connection,
                                            const chat::RelationId& relation) {
  Query query(connection, select_position);
  const auto row = query.bind(relation.text()).next();
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  return query.time(0);
}

// The time of the message when it was stored now, nothing when its id was taken. The statement has
// to be run to its end: SQLite looks at foreign keys after it has told the row.
Result<std::optional<WallTime>> insert(Connection& connection, const chat::NewMessage& message,
                                       WallTime now) {
  Query query(connection, insert_message);
  query.bind(message.id.text())
      .bind(message.relation.text())
      .bind(message.text)
      .bind(message.sender.text())
      .bind(now);
  const auto row = query.next();
  if (!row) return std::unexpected(row.error());
  std::optional<WallTime> created_at;
  if (*row) created_at = query.time(0);
  if (auto ended = query.run(); !ended) return std::unexpected(ended.error());
  return created_at;
}

}  // namespace

Result<chat::Appended> append_message(Connection& connection, const chat::NewMessage& message,
                                      WallTime now) {
  const auto previous = position_of(connection, message.relation);
  if (!previous) return std::unexpected(previous.error());
  const auto created_at = insert(connection, message, now);
  if (!created_at) return std::unexpected(created_at.error());
  if (*created_at) {
    return chat::Appended{.message = {.id = message.id,
                                      .relation = message.relation,
                                      .sender = message.sender,
                                      .text = message.text,
                                      .created_at = **created_at},
                          .stored = true,
                          .previous = previous->value_or(WallTime())};
  }
  auto before = find_message(connection, message.id);
  if (!before) return std::unexpected(before.error());
  if (before->relation != message.relation || before->sender != message.sender) {
    return fail(StoreError::conflict, "the id is another message's");
  }
  return chat::Appended{.message = std::move(*before), .stored = false};
}

Result<chat::MessagePage> message_page(Connection& connection, const chat::RelationId& relation,
                                       const chat::PageRequest& request) {
  const auto total = message_total(connection, relation);
  if (!total) return std::unexpected(total.error());
  auto marks = relation_read_marks(connection, relation);
  if (!marks) return std::unexpected(marks.error());
  chat::MessagePage page{.messages = {}, .total = *total, .marks = std::move(*marks)};
  // Compared before it is multiplied: a page number may be as large as a number can be.
  if (request.page - 1 > *total / request.limit) return page;
  const std::int64_t skipped = (request.page - 1) * request.limit;
  const std::int64_t count = std::min(request.limit, *total - skipped);
  if (count <= 0) return page;

  // The page lies `skipped` from one end and `beyond` from the other: walk from the nearer.
  const std::int64_t beyond = *total - skipped - count;
  const bool counted_from_end = request.order == chat::PageOrder::newest;
  const bool walk_from_end = counted_from_end == (skipped <= beyond);
  Query query(connection, walk_from_end ? select_from_end : select_from_start);
  query.bind(relation.text()).bind(count).bind(std::min(skipped, beyond));
  auto messages = all_rows(query, message_of);
  if (!messages) return std::unexpected(messages.error());
  page.messages = std::move(*messages);
  return page;
}

Result<chat::MessageSlice> message_slice(Connection& connection, const chat::RelationId& relation,
                                         const chat::SliceRequest& request) {
  using Direction = chat::SliceRequest::Direction;
  const bool forward = request.direction == Direction::after;
  const bool anchored = request.direction != Direction::newest;
  chat::Message anchor;
  if (anchored) {
    auto found = find_message_in(connection, relation, request.anchor);
    if (!found) return std::unexpected(found.error());
    anchor = std::move(*found);
  }
  Query query(connection, !anchored ? select_newest : forward ? select_after : select_before);
  query.bind(relation.text());
  if (anchored) query.bind(anchor.created_at).bind(anchor.id.text());
  // One more than asked for tells whether there are more.
  query.bind(request.limit + 1);
  auto messages = all_rows(query, message_of);
  if (!messages) return std::unexpected(messages.error());

  chat::MessageSlice slice{.messages = std::move(*messages), .has_more = false};
  if (slice.messages.size() > static_cast<std::size_t>(request.limit)) {
    slice.has_more = true;
    slice.messages.pop_back();
  }
  if (!forward) std::ranges::reverse(slice.messages);
  return slice;
}

Result<std::vector<chat::Message>> messages_newer_than(Connection& connection,
                                                       const chat::RelationId& relation,
                                                       WallTime position, std::int64_t limit) {
  Query query(connection, select_newer);
  query.bind(relation.text()).bind(position).bind(limit);
  return all_rows(query, message_of);
}

Result<std::vector<chat::Position>> relation_positions(
    Connection& connection, const std::vector<chat::RelationId>& relations) {
  std::vector<chat::Position> positions;
  for (const chat::RelationId& relation : relations) {
    const auto position = position_of(connection, relation);
    if (!position) return std::unexpected(position.error());
    if (*position) positions.push_back({relation, **position});
  }
  return positions;
}

Result<chat::Marked> mark_message_read(Connection& connection, const chat::RelationId& relation,
                                       const chat::UserId& user, const chat::MessageId& message,
                                       WallTime now) {
  const auto found = find_message_in(connection, relation, message);
  if (!found) return std::unexpected(found.error());
  bool advanced = false;
  {
    Query query(connection, upsert_mark);
    query.bind(relation.text())
        .bind(user.text())
        .bind(message.text())
        .bind(found->created_at)
        .bind(now);
    const auto row = query.next();
    if (!row) return std::unexpected(row.error());
    advanced = *row;
    if (auto ended = query.run(); !ended) return std::unexpected(ended.error());
  }
  Query query(connection, select_mark);
  const auto row = query.bind(relation.text()).bind(user.text()).next();
  if (!row) return std::unexpected(row.error());
  if (!*row) return fail(StoreError::corrupt, "a read mark vanished inside its transaction");
  return chat::Marked{.mark = mark_of(query), .advanced = advanced};
}

Result<std::vector<chat::Mark>> relation_read_marks(Connection& connection,
                                                    const chat::RelationId& relation) {
  Query query(connection, select_marks);
  return all_rows(query.bind(relation.text()), mark_of);
}

}  // namespace quickclinic::store
