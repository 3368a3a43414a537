#include "store/sqlite/archive_changes.hpp"

#include "chat/message_id.hpp"
#include "chat/store.hpp"

#include <string_view>

namespace quickclinic::store {

using chat::Imported;
using chat::StoreError;

namespace {

// Nobody's hash: no password fits it.
constexpr std::string_view no_password = "!";

constexpr const char* insert_user = R"sql(
  INSERT INTO "User" ("id", "email", "name", "password", "role", "isActive", "createdAt", "updatedAt")
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT ("id") DO NOTHING RETURNING 1)sql";
constexpr const char* insert_doctor =
    R"(INSERT INTO "Doctor" ("id", "userId") VALUES (?1, ?2) ON CONFLICT DO NOTHING)";
constexpr const char* insert_patient =
    R"(INSERT INTO "Patient" ("id", "userId") VALUES (?1, ?2) ON CONFLICT DO NOTHING)";
constexpr const char* insert_relation = R"sql(
  INSERT INTO "DoctorPatientRelation" ("id", "doctorsUserId", "patientsUserId", "createdAt", "updatedAt")
    VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT ("id") DO NOTHING RETURNING 1)sql";
constexpr const char* insert_message = R"sql(
  INSERT INTO "ChatMessages"
      ("id", "doctorPatientRelationId", "text", "senderId", "createdAt", "updatedAt")
    VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT ("id") DO NOTHING RETURNING 1)sql";
constexpr const char* insert_mark = R"sql(
  INSERT INTO qc_read_state ("relationId", "userId", "messageId", "messageCreatedAt", "readAt")
    SELECT ?1, ?2, ?3, "createdAt", ?4 FROM "ChatMessages"
      WHERE "id" = ?3 AND "doctorPatientRelationId" = ?1
    ON CONFLICT ("relationId", "userId") DO NOTHING RETURNING 1)sql";
constexpr const char* insert_delivery = R"sql(
  INSERT INTO qc_delivery_state ("relationId", "userId", "messageId", "messageCreatedAt", "deliveredAt")
    SELECT ?1, ?2, ?3, "createdAt", ?4 FROM "ChatMessages"
      WHERE "id" = ?3 AND "doctorPatientRelationId" = ?1
    ON CONFLICT ("relationId", "userId") DO NOTHING RETURNING 1)sql";
constexpr const char* select_mark =
    R"(SELECT 1 FROM qc_read_state WHERE "relationId" = ?1 AND "userId" = ?2)";
constexpr const char* select_delivery =
    R"(SELECT 1 FROM qc_delivery_state WHERE "relationId" = ?1 AND "userId" = ?2)";
constexpr const char* insert_notification = R"sql(
  INSERT INTO "Notification" ("id", "userId", "message", "actionHref", "actionLabel", "isRead", "status",
                              "readAt", "createdAt")
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT ("id") DO NOTHING RETURNING 1)sql";

constexpr const char* insert_hold = R"sql(
  INSERT INTO qc_hold ("what", "id", "reason", "since") VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT ("what", "id") DO UPDATE SET "reason" = excluded."reason")sql";
constexpr const char* remove_hold =
    R"(DELETE FROM qc_hold WHERE "what" = ?1 AND "id" = ?2 RETURNING 1)";
constexpr const char* select_hold_on = R"sql(
  SELECT 1 FROM qc_hold WHERE "what" = 'user' AND "id" = ?1
    UNION ALL
  SELECT 1 FROM qc_hold JOIN "DoctorPatientRelation" AS "r" ON "r"."id" = qc_hold."id"
    WHERE "what" = 'relation' AND ?1 IN ("r"."doctorsUserId", "r"."patientsUserId"))sql";

constexpr const char* update_user = R"sql(
  UPDATE "User" SET "name" = 'Erased', "email" = 'erased-' || "id" || '@erased.invalid', "password" = '!',
      "isActive" = 0, "updatedAt" = ?2
    WHERE "id" = ?1 RETURNING 1)sql";
constexpr const char* delete_notifications = R"(DELETE FROM "Notification" WHERE "userId" = ?1)";
constexpr const char* delete_marks = R"(DELETE FROM qc_read_state WHERE "userId" = ?1)";
constexpr const char* delete_deliveries = R"(DELETE FROM qc_delivery_state WHERE "userId" = ?1)";
constexpr const char* update_text =
    R"(UPDATE "ChatMessages" SET "text" = ?2, "updatedAt" = ?3 WHERE "id" = ?1 AND "text" <> ?2)";

// Runs an insert to its end, and says whether it has added its row.
Result<Imported> added_by(Query& query) {
  const auto row = query.next();
  if (!row) return std::unexpected(row.error());
  // SQLite looks at foreign keys after it has told the row.
  if (auto ended = query.run(); !ended) return std::unexpected(ended.error());
  return *row ? Imported::added : Imported::known;
}

// What the database does not take is an answer; that it cannot be asked is an error.
Result<Imported> outcome(Result<Imported> added) {
  if (added) return added;
  if (added.error().code == StoreError::invalid) return Imported::invalid;
  if (added.error().code == StoreError::conflict) return Imported::taken;
  return added;
}

Result<> add_side(Connection& connection, const char* sql, const std::optional<std::string>& row,
                  bool wanted, const chat::UserId& user) {
  if (!row && !wanted) return {};
  const std::string id = row ? *row : chat::new_row_id();
  return Query(connection, sql).bind(id).bind(user.text()).run();
}

bool exists(Connection& connection, const char* sql, const std::string& id) {
  Query query(connection, sql);
  const auto row = query.bind(id).next();
  return row && *row;
}

}  // namespace

Result<Imported> import_row(Connection& connection, const chat::ArchivedUser& user) {
  if (!user.email) {
    // Somebody who was only mentioned can be recognised, and not made.
    return exists(connection, R"(SELECT 1 FROM "User" WHERE "id" = ?1)", user.id.text())
               ? Imported::known
               : Imported::invalid;
  }
  const std::string_view role = user.role == chat::Role::doctor  ? "DOCTOR"
                                : user.role == chat::Role::admin ? "ADMIN"
                                                                 : "PATIENT";
  Query query(connection, insert_user);
  const std::string password = user.password_hash.value_or(std::string(no_password));
  query.bind(user.id.text())
      .bind(*user.email)
      .bind(user.name)
      .bind(password)
      .bind(role)
      .bind(user.active ? 1 : 0)
      .bind(user.created_at)
      .bind(user.updated_at);
  auto added = outcome(added_by(query));
  if (!added || *added != Imported::added) return added;
  auto doctor = add_side(connection, insert_doctor, user.doctor_row,
                         user.role == chat::Role::doctor, user.id);
  if (!doctor) return std::unexpected(doctor.error());
  auto patient = add_side(connection, insert_patient, user.patient_row,
                          user.role == chat::Role::patient, user.id);
  if (!patient) return std::unexpected(patient.error());
  return added;
}

Result<Imported> import_row(Connection& connection, const chat::ArchivedRelation& each) {
  Query query(connection, insert_relation);
  query.bind(each.relation.id.text())
      .bind(each.relation.doctor.text())
      .bind(each.relation.patient.text())
      .bind(each.relation.created_at)
      .bind(each.updated_at);
  return outcome(added_by(query));
}

Result<Imported> import_row(Connection& connection, const chat::ArchivedMessage& each) {
  Query query(connection, insert_message);
  query.bind(each.message.id.text())
      .bind(each.message.relation.text())
      .bind(each.message.text)
      .bind(each.message.sender.text())
      .bind(each.message.created_at)
      .bind(each.updated_at);
  return outcome(added_by(query));
}

Result<Imported> import_row(Connection& connection, const chat::ArchivedMark& each) {
  const bool reading = each.kind == chat::MarkKind::read;
  Query query(connection, reading ? insert_mark : insert_delivery);
  query.bind(each.relation.text())
      .bind(each.mark.user.text())
      .bind(each.mark.message.text())
      .bind(each.mark.at);
  auto added = outcome(added_by(query));
  if (!added || *added != Imported::known) return added;
  // Nothing was written: there is a mark, or no such message.
  Query mark(connection, reading ? select_mark : select_delivery);
  const auto found = mark.bind(each.relation.text()).bind(each.mark.user.text()).next();
  if (!found) return std::unexpected(found.error());
  return *found ? Imported::known : Imported::invalid;
}

Result<Imported> import_row(Connection& connection, const chat::ArchivedNotification& each) {
  const chat::Notification& told = each.notification;
  Query query(connection, insert_notification);
  query.bind(told.id.text())
      .bind(told.user.text())
      .bind(told.message)
      .bind_optional(told.action_href)
      .bind_optional(told.action_label)
      .bind(told.is_read ? 1 : 0)
      .bind_optional(each.status)
      .bind_optional(each.read_at)
      .bind(told.created_at);
  return outcome(added_by(query));
}

Result<> upsert_hold(Connection& connection, const chat::Hold& hold, WallTime now) {
  return Query(connection, insert_hold)
      .bind(to_text(hold.what))
      .bind(hold.id)
      .bind(hold.reason)
      .bind(hold.since == WallTime() ? now : hold.since)
      .run();
}

Result<bool> delete_hold(Connection& connection, chat::Held what, const std::string& id) {
  Query query(connection, remove_hold);
  const auto row = query.bind(to_text(what)).bind(id).next();
  if (!row) return std::unexpected(row.error());
  if (auto ended = query.run(); !ended) return std::unexpected(ended.error());
  return *row;
}

Result<> erase_user_row(Connection& connection, const chat::UserId& user, WallTime now) {
  // What is taken out is overwritten in the file, not only unlinked.
  if (auto set = connection.execute("PRAGMA secure_delete = ON"); !set) return set;
  {
    Query query(connection, select_hold_on);
    const auto held = query.bind(user.text()).next();
    if (!held) return std::unexpected(held.error());
    if (*held) return fail(StoreError::held, "the person or a conversation of theirs is on hold");
  }
  {
    Query query(connection, update_user);
    const auto row = query.bind(user.text()).bind(now).next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return fail(StoreError::not_found, "no such user");
    if (auto ended = query.run(); !ended) return ended;
  }
  for (const char* sql : {delete_notifications, delete_marks, delete_deliveries}) {
    if (auto done = Query(connection, sql).bind(user.text()).run(); !done) return done;
  }
  return {};
}

Result<> erase_message_texts(Connection& connection, std::span<const chat::MessageId> messages,
                             WallTime now) {
  if (auto set = connection.execute("PRAGMA secure_delete = ON"); !set) return set;
  for (const chat::MessageId& message : messages) {
    Query query(connection, update_text);
    auto done = query.bind(message.text()).bind(chat::erased_text).bind(now).run();
    if (!done) return done;
  }
  return {};
}

}  // namespace quickclinic::store
