#include "store/postgres/inbox_rows.hpp"

#include "chat/store.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace quickclinic::postgres {

using chat::StoreError;

namespace {

// Carried out again, it finds what it has made.
constexpr Statement insert_row{R"sql(
  WITH made AS (
    INSERT INTO public."Notification" ("id", "userId", "message", "actionHref", "actionLabel", "isRead", "status", "createdAt")
      SELECT $1, u."id", $3, $4, $5, false, 'UNREAD', coalesce($6, quickclinic.now_utc())
        FROM public."User" u WHERE u."id" = $2
      ON CONFLICT ("id") DO NOTHING
      RETURNING "createdAt"
  )
  SELECT "createdAt" FROM made UNION ALL SELECT "createdAt" FROM public."Notification" WHERE "id" = $1)sql"};

// `Table.column` of all tables that an appointment may be spread over.
constexpr Statement select_columns{R"sql(
  SELECT t.relname || '.' || c.attname
    FROM pg_class t JOIN pg_attribute c ON c.attrelid = t.oid
    WHERE t.relnamespace = 'public'::regnamespace
      AND t.relname IN ('Appointment', 'Slot', 'User', 'Location')
      AND c.attnum > 0 AND NOT c.attisdropped AND has_column_privilege(t.oid, c.attnum, 'SELECT'))sql"};

// Without these columns there are no appointments that could be told of.
constexpr std::array<std::string_view, 8> needed = {
    "Appointment.id",     "Appointment.doctorId", "Appointment.patientId",
    "Appointment.slotId", "Appointment.status",   "Slot.id",
    "Slot.date",          "Slot.startTime"};

// What has to be there in one statement, and one for each thing that may be missing.
constexpr Statement select_appointment{R"sql(
  SELECT d."userId", p."userId", u."name", u."email", a."status"::text,
      s."date"::timestamp, s."startTime"::timestamp
    FROM public."Appointment" a
    JOIN public."Doctor" d ON d."id" = a."doctorId"
    JOIN public."Patient" p ON p."id" = a."patientId"
    JOIN public."User" u ON u."id" = p."userId"
    JOIN public."Slot" s ON s."id" = a."slotId"
    WHERE a."id" = $1 AND $2 IN (d."id", d."userId"))sql"};
constexpr Statement select_payment{
    R"(SELECT "paymentMethod"::text FROM public."Appointment" WHERE "id" = $1)"};
constexpr Statement select_gender{R"(SELECT "gender"::text FROM public."User" WHERE "id" = $1)"};
constexpr Statement select_age{R"(SELECT "age"::bigint FROM public."User" WHERE "id" = $1)"};
constexpr Statement select_city{R"sql(
  SELECT l."city"::text FROM public."User" u JOIN public."Location" l ON l."id" = u."locationId"
    WHERE u."id" = $1)sql"};

using Columns = std::set<std::string, std::less<>>;

Task<Columns> readable_columns(Links& links) {
  auto rows = co_await ask(links, LaneChoice::read, select_columns, {});
  if (!rows) co_return std::unexpected(rows.error());
  Columns columns;
  for (int row = 0; row < rows->count(); ++row) columns.insert(rows->text(row, 0));
  co_return columns;
}

// What one of the statements above finds of `key`, if anything.
Task<std::optional<std::string>> one_text(Links& links, Statement statement, std::string key) {
  auto rows = co_await ask(links, LaneChoice::read, statement, Parameters::one_text(key));
  if (!rows) co_return std::unexpected(rows.error());
  co_return rows->empty() ? std::optional<std::string>() : rows->optional_text(0, 0);
}

}  // namespace

Task<chat::Notification> insert_notification(Links& links, chat::NotificationId id,
                                             chat::NewNotification notification,
                                             std::optional<WallTime> wall) {
  chat::Notification made{.id = std::move(id),
                          .user = std::move(notification.user),
                          .message = std::move(notification.message),
                          .action_href = std::move(notification.action_href),
                          .action_label = std::move(notification.action_label),
                          .is_read = false,
                          .created_at = {}};
  Parameters parameters;
  parameters.text(made.id.text())
      .text(made.user.text())
      .text(made.message)
      .optional_text(made.action_href)
      .optional_text(made.action_label)
      .time(wall);
  auto rows = co_await ask(links, LaneChoice::write, insert_row, std::move(parameters));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return fail(StoreError::not_found, "no such user");
  made.created_at = rows->time(0, 0);
  co_return made;
}

Task<chat::Appointment> appointment_of(Links& links, std::string doctor,
                                       chat::AppointmentId appointment) {
  const auto columns = co_await readable_columns(links);
  if (!columns) co_return std::unexpected(columns.error());
  const auto has = [&columns](std::string_view column) { return columns->contains(column); };
  if (!std::ranges::all_of(needed, has)) co_return fail(StoreError::not_found, "no appointments");

  Parameters parameters;
  parameters.text(appointment.text()).text(doctor);
  auto rows = co_await ask(links, LaneChoice::read, select_appointment, std::move(parameters));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return fail(StoreError::not_found, "no such appointment");
  chat::Appointment found{.id = std::move(appointment),
                          .doctor = chat::UserId(rows->view(0, 0)),
                          .patient = chat::UserId(rows->view(0, 1)),
                          .patient_name = rows->text(0, 2),
                          .patient_email = rows->text(0, 3),
                          .status = rows->text(0, 4),
                          .payment_method = std::nullopt,
                          .gender = std::nullopt,
                          .city = std::nullopt,
                          .age = std::nullopt,
                          .date = rows->time(0, 5),
                          .begins_at = rows->time(0, 6)};
  if (has("Appointment.paymentMethod")) {
    auto payment = co_await one_text(links, select_payment, found.id.text());
    if (!payment) co_return std::unexpected(payment.error());
    found.payment_method = std::move(*payment);
  }
  if (has("User.gender")) {
    auto gender = co_await one_text(links, select_gender, found.patient.text());
    if (!gender) co_return std::unexpected(gender.error());
    found.gender = std::move(*gender);
  }
  if (has("User.locationId") && has("Location.id") && has("Location.city")) {
    auto city = co_await one_text(links, select_city, found.patient.text());
    if (!city) co_return std::unexpected(city.error());
    found.city = std::move(*city);
  }
  if (has("User.age")) {
    auto age = co_await ask(links, LaneChoice::read, select_age,
                            Parameters::one_text(found.patient.text()));
    if (!age) co_return std::unexpected(age.error());
    if (!age->empty() && !age->is_null(0, 0)) found.age = age->number(0, 0);
  }
  co_return found;
}

}  // namespace quickclinic::postgres
