#include "store/postgres/postgres_archive.hpp"

#include "chat/archive_line.hpp"
#include "chat/store.hpp"
#include "store/postgres/archive_rows.hpp"
#include "store/postgres/error.hpp"

#include <set>
#include <utility>

namespace quickclinic::postgres {

using chat::Imported;
using chat::StoreError;

namespace {

// Whatever is carried out again finds its rows. The row is made of JSON, so that the role becomes
// whatever type the column has.
constexpr Statement import_users{R"sql(
  WITH asked AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb)
      AS x ("id" text, "email" text, "name" text, "role" text, "isActive" boolean, "password" text,
            "doctorId" text, "patientId" text, "createdAt" text, "updatedAt" text)
  ), made AS (
    INSERT INTO public."User" ("id", "email", "name", "password", "role", "isActive", "createdAt", "updatedAt")
      SELECT a."id", a."email", a."name", coalesce(a."password", '!'),
          (jsonb_populate_record(NULL::public."User", jsonb_build_object('role', a."role")))."role",
          a."isActive", a."createdAt"::timestamp, a."updatedAt"::timestamp
        FROM asked a WHERE a."email" IS NOT NULL
      ON CONFLICT ("id") DO NOTHING
      RETURNING "id"
  ), doctors AS (
    INSERT INTO public."Doctor" ("id", "userId")
      SELECT coalesce(a."doctorId", left('c' || md5('doctor' || a."id"), 25)), a."id"
        FROM asked a JOIN made ON made."id" = a."id" WHERE a."doctorId" IS NOT NULL OR a."role" = 'DOCTOR'
      ON CONFLICT DO NOTHING
  ), patients AS (
    INSERT INTO public."Patient" ("id", "userId")
      SELECT coalesce(a."patientId", left('c' || md5('patient' || a."id"), 25)), a."id"
        FROM asked a JOIN made ON made."id" = a."id" WHERE a."patientId" IS NOT NULL OR a."role" = 'PATIENT'
      ON CONFLICT DO NOTHING
  )
  SELECT "id" FROM made)sql"};
constexpr Statement import_relations{R"sql(
  INSERT INTO public."DoctorPatientRelation" ("id", "doctorsUserId", "patientsUserId", "createdAt", "updatedAt")
    SELECT x."id", x."doctorsUserId", x."patientsUserId", x."createdAt"::timestamp, x."updatedAt"::timestamp
      FROM jsonb_to_recordset($1::jsonb)
        AS x ("id" text, "doctorsUserId" text, "patientsUserId" text, "createdAt" text, "updatedAt" text)
    ON CONFLICT ("id") DO NOTHING
    RETURNING "id")sql"};
constexpr Statement import_messages{"SELECT m FROM quickclinic.import_messages($1::jsonb) m"};
constexpr Statement import_notifications{
    "SELECT n FROM quickclinic.import_notifications($1::jsonb) n"};
constexpr Statement import_marks{R"sql(
  WITH asked AS (
    SELECT x.*, m."createdAt" FROM jsonb_to_recordset($1::jsonb)
        AS x ("type" text, "relationId" text, "userId" text, "messageId" text, "readAt" text, "deliveredAt" text)
      JOIN public."ChatMessages" m
        ON m."id" = x."messageId" AND m."doctorPatientRelationId" = x."relationId"
      JOIN public."User" u ON u."id" = x."userId"
  ), reading AS (
    INSERT INTO quickclinic.read_state ("relationId", "userId", "messageId", "messageCreatedAt", "readAt")
      SELECT "relationId", "userId", "messageId", "createdAt", "readAt"::timestamp
        FROM asked WHERE "type" = 'read'
      ON CONFLICT DO NOTHING
      RETURNING 'read ' || "relationId" || ' ' || "userId" AS "key"
  ), delivery AS (
    INSERT INTO quickclinic.delivery_state ("relationId", "userId", "messageId", "messageCreatedAt", "deliveredAt")
      SELECT "relationId", "userId", "messageId", "createdAt", "deliveredAt"::timestamp
        FROM asked WHERE "type" = 'delivered'
      ON CONFLICT DO NOTHING
      RETURNING 'delivered ' || "relationId" || ' ' || "userId" AS "key"
  )
  SELECT "key" FROM reading UNION ALL SELECT "key" FROM delivery)sql"};
constexpr Statement select_known_marks{R"sql(
  SELECT 'read ' || "relationId" || ' ' || "userId" FROM quickclinic.read_state WHERE "relationId" = ANY ($1)
    UNION ALL
  SELECT 'delivered ' || "relationId" || ' ' || "userId" FROM quickclinic.delivery_state
    WHERE "relationId" = ANY ($1))sql"};
constexpr Statement select_known_users{R"(SELECT "id" FROM public."User" WHERE "id" = ANY ($1))"};

constexpr Statement count_states{"SELECT 1::bigint FROM quickclinic.count_again(ARRAY[$1::text])"};
constexpr Statement upsert_hold{R"sql(
  INSERT INTO quickclinic.hold AS h ("what", "id", "reason", "since")
    VALUES ($1, $2, $3, coalesce($4, quickclinic.now_utc()))
    ON CONFLICT ("what", "id") DO UPDATE SET "reason" = excluded."reason")sql"};
constexpr Statement delete_hold{
    R"(DELETE FROM quickclinic.hold WHERE "what" = $1 AND "id" = $2 RETURNING 1::bigint)"};
constexpr Statement erase_user{"SELECT quickclinic.erase_person($1, $2)"};
constexpr Statement update_texts{R"sql(
  UPDATE public."ChatMessages" SET "text" = $2, "updatedAt" = coalesce($3, quickclinic.now_utc())
    WHERE "id" = ANY ($1) AND "text" <> $2)sql"};

std::string key_of(const chat::ArchivedUser& each) { return each.id.text(); }
std::string key_of(const chat::ArchivedRelation& each) { return each.relation.id.text(); }
std::string key_of(const chat::ArchivedMessage& each) { return each.message.id.text(); }
std::string key_of(const chat::ArchivedMark& each) {
  return std::string(to_text(each.kind)) + " " + each.relation.text() + " " + each.mark.user.text();
}
std::string key_of(const chat::ArchivedNotification& each) { return each.notification.id.text(); }

std::set<std::string> first_column(const Rows& rows) {
  std::set<std::string> texts;
  for (int row = 0; row < rows.count(); ++row) texts.insert(rows.text(row, 0));
  return texts;
}

template <class Record>
Parameters lines_of(const std::vector<Record>& records) {
  std::string array = "[";
  for (const Record& record : records) {
    if (array.size() > 1) array += ',';
    array += archive_line(record);
  }
  return Parameters::one_text(array + "]");
}

// Those that count as there already are looked at once more: some cannot be.
void correct(std::vector<Imported>& outcomes, const std::vector<std::string>& keys,
             const std::set<std::string>& there) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (outcomes[i] == Imported::known && !there.contains(keys[i])) outcomes[i] = Imported::invalid;
  }
}

}  // namespace

// The database does not say which record of a statement it refuses; then each goes by itself.
template <class Record>
Task<std::vector<Imported>> PostgresArchive::import_all(Statement statement,
                                                        std::vector<Record> records) {
  std::vector<Imported> outcomes;
  auto rows = co_await ask(links_, LaneChoice::write, statement, lines_of(records));
  if (rows) {
    std::set<std::string> added = first_column(*rows);
    for (const Record& record : records) {
      outcomes.push_back(added.erase(key_of(record)) > 0 ? Imported::added : Imported::known);
    }
    co_return outcomes;
  }
  if (verdict_of(rows.error()) != Verdict::row) co_return std::unexpected(rows.error());
  if (records.size() == 1) {
    const bool taken = rows.error().code == StoreError::conflict;
    outcomes.push_back(taken ? Imported::taken : Imported::invalid);
    co_return outcomes;
  }
  for (Record& record : records) {
    auto one = co_await import_one(statement, std::move(record));
    if (!one) co_return std::unexpected(one.error());
    outcomes.push_back(one->front());
  }
  co_return outcomes;
}

template <class Record>
Task<std::vector<Imported>> PostgresArchive::import_one(Statement statement, Record record) {
  std::vector<Record> one;
  one.push_back(std::move(record));
  return import_all(statement, std::move(one));
}

Task<std::vector<chat::ArchivedUser>> PostgresArchive::users_behind(chat::UserId after) {
  return archived_users(links_, std::move(after));
}
Task<std::vector<chat::ArchivedRelation>> PostgresArchive::relations_behind(
    chat::RelationId after) {
  return archived_relations(links_, std::move(after));
}
Task<chat::ArchivedUser> PostgresArchive::user(chat::UserId user) {
  return archived_user(links_, std::move(user));
}
Task<std::vector<chat::ArchivedMessage>> PostgresArchive::messages_behind(chat::RelationId relation,
                                                                          WallTime at,
                                                                          chat::MessageId after) {
  return archived_messages(links_, std::move(relation), at, std::move(after));
}
Task<std::vector<chat::ArchivedMark>> PostgresArchive::marks(chat::RelationId relation) {
  return archived_marks(links_, std::move(relation));
}
Task<std::vector<chat::ArchivedNotification>> PostgresArchive::notifications_behind(
    chat::UserId user, chat::NotificationId after) {
  return archived_notifications(links_, std::move(user), std::move(after));
}
Task<std::vector<chat::Hold>> PostgresArchive::holds() { return all_holds(links_); }

Task<std::vector<Imported>> PostgresArchive::import(std::vector<chat::ArchivedUser> users) {
  std::vector<std::string> keys;
  for (const chat::ArchivedUser& user : users) keys.push_back(key_of(user));
  auto outcomes = co_await import_all(import_users, std::move(users));
  if (!outcomes) co_return std::unexpected(outcomes.error());
  // Somebody who was only mentioned, without an address, is not made.
  Parameters parameters;
  parameters.texts(keys);
  auto rows = co_await ask(links_, LaneChoice::read, select_known_users, std::move(parameters));
  if (!rows) co_return std::unexpected(rows.error());
  correct(*outcomes, keys, first_column(*rows));
  co_return outcomes;
}

Task<std::vector<Imported>> PostgresArchive::import(std::vector<chat::ArchivedRelation> relations) {
  return import_all(import_relations, std::move(relations));
}
Task<std::vector<Imported>> PostgresArchive::import(std::vector<chat::ArchivedMessage> messages) {
  return import_all(import_messages, std::move(messages));
}
Task<std::vector<Imported>> PostgresArchive::import(
    std::vector<chat::ArchivedNotification> notifications) {
  return import_all(import_notifications, std::move(notifications));
}

Task<std::vector<Imported>> PostgresArchive::import(std::vector<chat::ArchivedMark> marks) {
  std::vector<std::string> keys;
  std::vector<std::string> relations;
  for (const chat::ArchivedMark& mark : marks) {
    keys.push_back(key_of(mark));
    relations.push_back(mark.relation.text());
  }
  auto outcomes = co_await import_all(import_marks, std::move(marks));
  if (!outcomes) co_return std::unexpected(outcomes.error());
  // Nothing was written: there is a mark, or no such message.
  Parameters parameters;
  parameters.texts(relations);
  auto rows = co_await ask(links_, LaneChoice::read, select_known_marks, std::move(parameters));
  if (!rows) co_return std::unexpected(rows.error());
  correct(*outcomes, keys, first_column(*rows));
  co_return outcomes;
}

Task<> PostgresArchive::count_again(chat::RelationId relation) {
  auto rows =
      co_await ask(links_, LaneChoice::write, count_states, Parameters::one_text(relation.text()));
  if (!rows) co_return std::unexpected(rows.error());
  co_return Result<>();
}

Task<> PostgresArchive::set_hold(chat::Hold hold) {
  Parameters parameters;
  parameters.text(to_text(hold.what)).text(hold.id).text(hold.reason);
  parameters.time(hold.since == WallTime() ? wall() : std::optional(hold.since));
  auto rows = co_await ask(links_, LaneChoice::write, upsert_hold, std::move(parameters));
  if (!rows) co_return std::unexpected(rows.error());
  co_return Result<>();
}

Task<bool> PostgresArchive::clear_hold(chat::Held what, std::string id) {
  Parameters parameters;
  parameters.text(to_text(what)).text(id);
  auto rows = co_await ask(links_, LaneChoice::write, delete_hold, std::move(parameters));
  if (!rows) co_return std::unexpected(rows.error());
  co_return !rows->empty();
}

Task<> PostgresArchive::erase_person(chat::UserId user) {
  Parameters parameters;
  parameters.text(user.text()).time(wall());
  auto rows = co_await ask(links_, LaneChoice::write, erase_user, std::move(parameters));
  if (!rows) co_return std::unexpected(rows.error());
  switch (rows->number(0, 0)) {
    case 0:
      co_return fail(StoreError::not_found, "no such user");
    case 2:
      co_return fail(StoreError::held, "the person or a conversation of theirs is on hold");
    default:
      co_return Result<>();
  }
}

Task<> PostgresArchive::erase_texts(std::vector<chat::MessageId> messages) {
  Parameters parameters;
  parameters.texts(messages).text(chat::erased_text).time(wall());
  auto rows = co_await ask(links_, LaneChoice::write, update_texts, std::move(parameters));
  if (!rows) co_return std::unexpected(rows.error());
  co_return Result<>();
}

}  // namespace quickclinic::postgres
