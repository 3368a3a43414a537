#include "server/http/notification_routes.hpp"

#include "base/digest.hpp"
#include "chat/message_id.hpp"
#include "server/audit_trail.hpp"
#include "server/error_reply.hpp"
#include "server/events.hpp"
#include "server/http/api_json.hpp"
#include "server/http/http_error.hpp"
#include "server/http/notification_words.hpp"
#include "server/http/request_reading.hpp"
#include "server/identity/find_token.hpp"
#include "server/settings/host.hpp"
#include "server/tell.hpp"

#include <string>
#include <utility>

namespace quickclinic::server {
namespace {

bool is_loopback_authority(std::string_view host) {
  if (host.starts_with('[')) {
    const std::size_t end = host.find(']');
    return end != host.npos && settings::is_loopback_host(host.substr(1, end - 1));
  }
  return settings::is_loopback_host(host.substr(0, host.find(':')));
}

// Nobody stands in between: neither a proxy nor a page in somebody's browser.
bool comes_straight_from_here(const Exchange& exchange) {
  const transport::HttpRequest& request = exchange.request();
  const auto host = request.header("Host");
  if (!exchange.peer().loopback() || !host || !is_loopback_authority(*host)) return false;
  constexpr std::string_view forwarded = "X-Forwarded-";
  for (const transport::Header header : request.headers) {
    if (transport::equal_ignoring_case(header.name, "Origin") ||
        transport::equal_ignoring_case(header.name, "Forwarded") ||
        transport::equal_ignoring_case(header.name.substr(0, forwarded.size()), forwarded)) {
      return false;
    }
  }
  return true;
}

// A notification that another service describes: what the contract promises is filled in where it
// is missing, what else there is goes along. Nothing when it is none.
std::optional<json::Object> completed(const json::Object& body) {
  const json::Value* given = body.if_contains("notification");
  if (given == nullptr || !given->is_object()) return std::nullopt;
  json::Object notification = given->get_object();
  const json::Value* message = notification.if_contains("message");
  if (message == nullptr || !message->is_string()) return std::nullopt;
  if (text_of(notification, "id").empty()) notification["id"] = chat::new_row_id();
  if (text_of(notification, "createdAt").empty()) notification["createdAt"] = iso8601(wall_now());
  if (!notification.contains("isRead") || !notification["isRead"].is_bool())
    notification["isRead"] = false;
  for (const std::string_view action : {"actionHref", "actionLabel"}) {
    if (text_of(notification, action).empty()) notification.erase(action);
  }
  return notification;
}

// Somebody who is not there gets no notification.
Error addressee_error(const Error& error) {
  return error.condition() == Condition::not_found ? Error(HttpError::user_not_found) : error;
}

}  // namespace

void NotificationRoutes::install(Router& router) {
  using Method = Task<Router::Answer> (NotificationRoutes::*)(ExchangePtr);
  const auto add = [this, &router](std::string_view name, Method method) {
    router.add(
        "POST", "/api/notifications/" + std::string(name),
        [this, method](ExchangePtr exchange) { return (this->*method)(std::move(exchange)); });
  };
  add("broadcast", &NotificationRoutes::broadcast);
  add("new-appointment", &NotificationRoutes::new_appointment);
  add("appointment-status", &NotificationRoutes::appointment_status);
  add("appointment", &NotificationRoutes::appointment);
}

Result<> NotificationRoutes::check_access(const Exchange& exchange) const {
  const auto& key = services_.settings.internal_api_key;
  if (!key) {
    if (!comes_straight_from_here(exchange)) return fail(HttpError::forbidden);
    return {};
  }
  const auto found =
      identity::find_token({.auth = nullptr,
                            .authorization = exchange.request().header("Authorization"),
                            .cookie = {},
                            .query_token = std::nullopt});
  // Of digests, how long they are the same tells nothing about the key.
  if (!found || sha256(found->token) != sha256(key->reveal())) {
    return fail(HttpError::unauthorized);
  }
  return {};
}

void NotificationRoutes::record(const Exchange& exchange, const chat::UserId& user,
                                std::string result) {
  services_.audit.record({.action = chat::AuditAction::notify,
                          .subject = user.text(),
                          .address = exchange.client().text(),
                          .result = std::move(result)});
}

Task<Router::Answer> NotificationRoutes::broadcast(ExchangePtr exchange) {
  const Result<> access = check_access(*exchange);
  if (!access) co_return std::unexpected(access.error());
  const Result<json::Value> body = read_body(exchange->request());
  if (!body) co_return std::unexpected(body.error());
  const chat::UserId user(text_of(body->get_object(), "userId"));
  const auto notification = completed(body->get_object());
  if (user.empty() || !notification) co_return fail(HttpError::broadcast_incomplete);
  record(*exchange, user, "ok");
  tell(shard_, user, events::new_notification, "notification", *notification);
  co_return Reply{.body = R"({"success":true})"};
}

Task<Router::Answer> NotificationRoutes::new_appointment(ExchangePtr exchange) {
  const Result<> access = check_access(*exchange);
  if (!access) co_return std::unexpected(access.error());
  const Result<json::Value> body = read_body(exchange->request());
  if (!body) co_return std::unexpected(body.error());
  const json::Object& object = body->get_object();
  const chat::UserId doctor(text_of(object, "doctorUserId"));
  const auto notification = completed(object);
  const json::Value* appointment = object.if_contains("appointment");
  if (doctor.empty() || !notification || appointment == nullptr || !appointment->is_object()) {
    co_return fail(HttpError::new_appointment_incomplete);
  }
  record(*exchange, doctor, "ok");
  tell(shard_, doctor, events::new_notification, "notification", *notification);
  tell(shard_, doctor, events::new_appointment_request, "appointment", appointment->get_object());
  co_return Reply{.body = R"({"success":true})"};
}

Task<Router::Answer> NotificationRoutes::appointment_status(ExchangePtr exchange) {
  const Result<> access = check_access(*exchange);
  if (!access) co_return std::unexpected(access.error());
  const Result<json::Value> body = read_body(exchange->request());
  if (!body) co_return std::unexpected(body.error());
  const json::Object& object = body->get_object();
  const chat::UserId patient(text_of(object, "patientUserId"));
  const std::string id = text_of(object, "appointmentId");
  const AppointmentChange change{.status = text_of(object, "status"),
                                 .date = text_of(object, "appointmentDate"),
                                 .time = text_of(object, "appointmentTime"),
                                 .doctor_name = text_of(object, "doctorName")};
  if (patient.empty() || id.empty() || change.status.empty()) {
    co_return fail(HttpError::appointment_status_incomplete);
  }
  chat::NewNotification told{.user = patient, .message = words_for(change)};
  const auto stored = co_await services_.inbox.add_notification(std::move(told));
  record(*exchange, patient, audit_result(stored));
  if (!stored) co_return std::unexpected(addressee_error(stored.error()));

  json::Object appointment{{"id", id}, {"status", change.status}};
  if (!change.date.empty()) appointment["appointmentDate"] = change.date;
  if (!change.time.empty()) appointment["appointmentTime"] = change.time;
  if (!change.doctor_name.empty()) appointment["doctorName"] = change.doctor_name;
  const json::Object notification = api::notification(*stored);
  show_stored(shard_, *stored);
  tell(shard_, patient, events::appointment_status_update, "appointment", appointment);
  co_return Reply{
      .body = json::to_text(json::Object{{"success", true}, {"notification", notification}})};
}

Task<Router::Answer> NotificationRoutes::appointment(ExchangePtr exchange) {
  const Result<> access = check_access(*exchange);
  if (!access) co_return std::unexpected(access.error());
  const Result<json::Value> body = read_body(exchange->request());
  if (!body) co_return std::unexpected(body.error());
  const std::string doctor = text_of(body->get_object(), "doctorId");
  const chat::AppointmentId id(text_of(body->get_object(), "appointmentId"));
  if (doctor.empty() || id.empty()) co_return fail(HttpError::appointment_incomplete);
  const auto found = co_await services_.inbox.find_appointment(doctor, id);
  if (!found) {
    const bool unknown = found.error().condition() == Condition::not_found;
    if (unknown) co_return fail(HttpError::appointment_not_found);
    co_return std::unexpected(found.error());
  }
  chat::NewNotification told{.user = found->doctor, .message = words_for(*found)};
  const auto stored = co_await services_.inbox.add_notification(std::move(told));
  record(*exchange, found->doctor, audit_result(stored));
  if (!stored) co_return std::unexpected(addressee_error(stored.error()));

  const json::Object notification = api::notification(*stored);
  const json::Object appointment = api::appointment(*found);
  show_stored(shard_, *stored);
  tell(shard_, found->doctor, events::new_appointment_request, "appointment", appointment);
  co_return Reply{
      .body = json::to_text(json::Object{
          {"success", true}, {"notification", notification}, {"appointment", appointment}})};
}

}  // namespace quickclinic::server
