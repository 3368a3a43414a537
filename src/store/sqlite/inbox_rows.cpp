#include "store/sqlite/inbox_rows.hpp"

#include "chat/message_id.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

namespace quickclinic::store {

using chat::StoreError;

namespace {

constexpr const char* insert_row = R"sql(
  INSERT INTO "Notification"
      ("id", "userId", "message", "actionHref", "actionLabel", "isRead", "status", "createdAt")
    SELECT ?1, "id", ?3, iif(?4, ?5, NULL), iif(?6, ?7, NULL), 0, 'UNREAD', ?8
      FROM "User" WHERE "id" = ?2
    RETURNING "id")sql";

// `Table.column` of all tables that an appointment may be spread over.
constexpr const char* select_columns = R"sql(
  SELECT "t"."name" || '.' || "c"."name" FROM sqlite_schema AS "t", pragma_table_info("t"."name") AS "c"
    WHERE "t"."type" = 'table' AND "t"."name" IN ('Appointment', 'Slot', 'User', 'Location'))sql";

// Without these columns there are no appointments that could be told of.
constexpr std::array<std::string_view, 8> needed = {
    "Appointment.id",     "Appointment.doctorId", "Appointment.patientId",
    "Appointment.slotId", "Appointment.status",   "Slot.id",
    "Slot.date",          "Slot.startTime"};

// What has to be there in one statement, and one for each thing that may be missing.
constexpr const char* select_appointment = R"sql(
  SELECT "a"."id", "d"."userId", "p"."userId", "u"."name", "u"."email", "a"."status",
      iif(typeof("s"."date") = 'integer', "s"."date",
          CAST(round((julianday("s"."date") - 2440587.5) * 86400000) AS INTEGER)),
      iif(typeof("s"."startTime") = 'integer', "s"."startTime",
          CAST(round((julianday("s"."startTime") - 2440587.5) * 86400000) AS INTEGER))
    FROM "Appointment" AS "a"
    JOIN "Doctor" AS "d" ON "d"."id" = "a"."doctorId"
    JOIN "Patient" AS "p" ON "p"."id" = "a"."patientId"
    JOIN "User" AS "u" ON "u"."id" = "p"."userId"
    JOIN "Slot" AS "s" ON "s"."id" = "a"."slotId"
    WHERE "a"."id" = ?1 AND (?2 = "d"."id" OR ?2 = "d"."userId"))sql";
constexpr const char* select_payment = R"sql(
  SELECT "paymentMethod" FROM "Appointment" WHERE "id" = ?1 AND "paymentMethod" IS NOT NULL)sql";
constexpr const char* select_gender =
    R"(SELECT "gender" FROM "User" WHERE "id" = ?1 AND "gender" IS NOT NULL)";
constexpr const char* select_age =
    R"(SELECT "age" FROM "User" WHERE "id" = ?1 AND "age" IS NOT NULL)";
constexpr const char* select_city = R"sql(
  SELECT "l"."city" FROM "User" AS "u" JOIN "Location" AS "l" ON "l"."id" = "u"."locationId"
    WHERE "u"."id" = ?1 AND "l"."city" IS NOT NULL)sql";

Result<std::set<std::string, std::less<>>> columns_of(Connection& connection) {
  std::set<std::string, std::less<>> columns;
  Query query(connection, select_columns);
  while (true) {
    const auto row = query.next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return columns;
    columns.insert(query.text(0));
  }
}

// What one of the statements above finds of `key`, if anything.
Result<std::optional<std::string>> one_text(Connection& connection, const char* sql,
                                            const std::string& key) {
  Query query(connection, sql);
  const auto row = query.bind(key).next();
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  return query.text(0);
}

}  // namespace

Result<chat::Notification> insert_notification(Connection& connection,
                                               const chat::NewNotification& notification,
                                               WallTime now) {
  chat::Notification made{.id = chat::NotificationId(chat::new_row_id()),
                          .user = notification.user,
                          .message = notification.message,
                          .action_href = notification.action_href,
                          .action_label = notification.action_label,
                          .is_read = false,
                          .created_at = now};
  const auto& href = made.action_href;
  const auto& label = made.action_label;
  Query query(connection, insert_row);
  query.bind(made.id.text()).bind(made.user.text()).bind(made.message);
  query.bind(href ? 1 : 0).bind(href ? std::string_view(*href) : std::string_view());
  query.bind(label ? 1 : 0).bind(label ? std::string_view(*label) : std::string_view());
  const auto row = query.bind(now).next();
  if (!row) return std::unexpected(row.error());
  if (!*row) return fail(StoreError::not_found, "no such user");
  if (auto ended = query.run(); !ended) return std::unexpected(ended.error());
  return made;
}

Result<chat::Appointment> appointment_of(Connection& connection, const std::string& doctor,
                                         const chat::AppointmentId& appointment) {
  const auto columns = columns_of(connection);
  if (!columns) return std::unexpected(columns.error());
  const auto has = [&](std::string_view column) { return columns->contains(column); };
  if (!std::ranges::all_of(needed, has)) return fail(StoreError::not_found, "no appointments");

  chat::Appointment found;
  {
    Query query(connection, select_appointment);
    const auto row = query.bind(appointment.text()).bind(doctor).next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return fail(StoreError::not_found, "no such appointment");
    found = {.id = chat::AppointmentId(query.text(0)),
             .doctor = chat::UserId(query.text(1)),
             .patient = chat::UserId(query.text(2)),
             .patient_name = query.text(3),
             .patient_email = query.text(4),
             .status = query.text(5),
             .payment_method = std::nullopt,
             .gender = std::nullopt,
             .city = std::nullopt,
             .age = std::nullopt,
             .date = query.time(6),
             .begins_at = query.time(7)};
  }
  const auto fill = [&](std::optional<std::string>& field, const char* sql,
                        const std::string& key) -> Result<> {
    auto text = one_text(connection, sql, key);
    if (!text) return std::unexpected(text.error());
    field = std::move(*text);
    return {};
  };
  Result<> filled;
  if (has("Appointment.paymentMethod")) {
    filled = fill(found.payment_method, select_payment, appointment.text());
  }
  if (filled && has("User.gender"))
    filled = fill(found.gender, select_gender, found.patient.text());
  if (filled && has("User.locationId") && has("Location.id") && has("Location.city")) {
    filled = fill(found.city, select_city, found.patient.text());
  }
  if (!filled) return std::unexpected(filled.error());
  if (has("User.age")) {
    Query query(connection, select_age);
    const auto row = query.bind(found.patient.text()).next();
    if (!row) return std::unexpected(row.error());
    if (*row) found.age = query.number(0);
  }
  return found;
}

}  // namespace quickclinic::store
