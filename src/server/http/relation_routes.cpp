#include "server/http/relation_routes.hpp"

#include "server/audit_trail.hpp"
#include "server/http/api_json.hpp"
#include "server/http/caller.hpp"
#include "server/http/http_error.hpp"
#include "server/http/request_reading.hpp"

#include <string>
#include <utility>

namespace quickclinic::server {
namespace {

Result<std::optional<chat::Role>> read_side(const transport::HttpRequest& request) {
  const auto role = query_parameter(request, "role");
  if (!role) return std::unexpected(role.error());
  if (!*role) return std::nullopt;
  if (**role == "DOCTOR") return chat::Role::doctor;
  if (**role == "PATIENT") return chat::Role::patient;
  return fail(HttpError::role_unknown);
}

}  // namespace

void RelationRoutes::install(Router& router) {
  constexpr std::string_view path = "/api/doctorpatientrelations";
  router.add("POST", path, [this](ExchangePtr exchange) { return add(std::move(exchange)); });
  router.add("GET", path, [this](ExchangePtr exchange) { return list(std::move(exchange)); });
}

Task<Router::Answer> RelationRoutes::add(ExchangePtr exchange) {
  const Result<Caller> caller = co_await identify(services_, exchange);
  if (!caller) co_return std::unexpected(caller.error());
  const Result<json::Value> body = read_body(exchange->request());
  if (!body) co_return std::unexpected(body.error());
  const chat::UserId doctor(text_of(body->get_object(), "doctorsUserId"));
  const chat::UserId patient(text_of(body->get_object(), "patientsUserId"));
  if (doctor.empty() || patient.empty()) co_return fail(HttpError::relation_members_missing);
  const chat::User& user = caller->user;
  const bool party = user.id == doctor || user.id == patient;
  if (!party && user.role != chat::Role::admin) co_return fail(HttpError::forbidden);

  const Result<chat::AddedRelation> relation =
      co_await services_.directory.add_relation(doctor, patient);
  services_.audit.record({.action = chat::AuditAction::add_relation,
                          .actor = user.id,
                          .relation = relation ? relation->relation.id : chat::RelationId(),
                          .subject = user.id == doctor ? patient.text() : doctor.text(),
                          .address = exchange->client().text(),
                          .result = audit_result(relation)});
  if (!relation) co_return std::unexpected(relation.error());
  co_return Reply{.status = relation->added ? 201U : 200U, .body = api::relation(*relation)};
}

Task<Router::Answer> RelationRoutes::list(ExchangePtr exchange) {
  const Result<Caller> caller = co_await identify(services_, exchange);
  if (!caller) co_return std::unexpected(caller.error());
  const auto asked = query_parameter(exchange->request(), "userId");
  if (!asked) co_return std::unexpected(asked.error());
  const auto side = read_side(exchange->request());
  if (!side) co_return std::unexpected(side.error());
  const chat::User& user = caller->user;
  const chat::UserId whose = *asked ? chat::UserId(**asked) : user.id;
  const bool own = whose == user.id;
  if (!own && user.role != chat::Role::admin) co_return fail(HttpError::forbidden);

  const auto summaries = co_await services_.overview.relations_of(whose, *side);
  if (!summaries) co_return std::unexpected(summaries.error());
  co_return Reply{.body = api::relations(*summaries, own)};
}

}  // namespace quickclinic::server
