#include "store/postgres/directory_rows.hpp"

#include "chat/message_id.hpp"
#include "chat/text.hpp"
#include "store/postgres/error.hpp"

#include <string_view>
#include <utility>

namespace quickclinic::postgres {

using chat::StoreError;

namespace {

constexpr std::string_view not_null_violation = "23502";  // PostgreSQL, appendix A

constexpr Statement select_user_by_id{R"sql(
  SELECT "id", "email", "name", "role"::text, "isActive", "createdAt" FROM public."User"
    WHERE "id" = $1)sql"};
constexpr Statement select_user_by_email{R"sql(
  SELECT "id", "email", "name", "role"::text, "isActive", "createdAt" FROM public."User"
    WHERE "email" = $1)sql"};
constexpr Statement select_users{R"sql(
  SELECT "id", "email", "name", "role"::text, "isActive", "createdAt" FROM public."User"
    ORDER BY "createdAt", "id")sql"};
constexpr Statement select_asked_users{R"sql(
  SELECT u."id", u."email", u."name", u."role"::text, u."isActive", u."createdAt"
    FROM unnest($1::text[]) WITH ORDINALITY a (id, place) JOIN public."User" u ON u."id" = a.id
    ORDER BY a.place)sql"};
// As it is typed, by an index; else in whatever case, for which the web application's table has
// none.
constexpr Statement select_credentials{R"sql(
  SELECT "id", "email", "name", "role"::text, "isActive", "createdAt", "password"
    FROM public."User" WHERE "email" = $1)sql"};
constexpr Statement select_folded_credentials{R"sql(
  SELECT "id", "email", "name", "role"::text, "isActive", "createdAt", "password"
    FROM public."User" WHERE lower("email") = $1 LIMIT 2)sql"};
// The row is made of JSON, so that the role becomes whatever type the column has.
constexpr Statement insert_user_rows{R"sql(
  WITH made AS (
    INSERT INTO public."User" ("id", "email", "name", "password", "role", "isActive", "createdAt", "updatedAt")
      SELECT $1, $2, $3, $4, (jsonb_populate_record(NULL::public."User", jsonb_build_object('role', $5::text)))."role",
          true, t, t
        FROM coalesce($6, quickclinic.now_utc()) AS t
      RETURNING "id", "createdAt"
  ), doctor AS (
    INSERT INTO public."Doctor" ("id", "userId") SELECT $7, "id" FROM made WHERE $5 = 'DOCTOR'
  ), patient AS (
    INSERT INTO public."Patient" ("id", "userId") SELECT $7, "id" FROM made WHERE $5 = 'PATIENT'
  )
  SELECT "createdAt" FROM made)sql"};
constexpr Statement update_active{R"sql(
  UPDATE public."User" SET "isActive" = $2, "updatedAt" = coalesce($3, quickclinic.now_utc())
    WHERE "id" = $1 RETURNING 1::bigint)sql"};

constexpr Statement select_asked_relations{R"sql(
  SELECT r."id", r."doctorsUserId", r."patientsUserId", r."createdAt"
    FROM unnest($1::text[]) WITH ORDINALITY a (id, place)
    JOIN public."DoctorPatientRelation" r ON r."id" = a.id ORDER BY a.place)sql"};
constexpr Statement select_relations{R"sql(
  SELECT "id", "doctorsUserId", "patientsUserId", "createdAt"
    FROM public."DoctorPatientRelation" ORDER BY "createdAt", "id")sql"};
constexpr Statement select_membership{R"sql(
  SELECT r."id", r."doctorsUserId", r."patientsUserId", r."createdAt",
      d."id", d."email", d."name", d."role"::text, d."isActive", d."createdAt",
      p."id", p."email", p."name", p."role"::text, p."isActive", p."createdAt", s."lastCreatedAt"
    FROM public."DoctorPatientRelation" r
    JOIN public."User" d ON d."id" = r."doctorsUserId"
    JOIN public."User" p ON p."id" = r."patientsUserId"
    LEFT JOIN quickclinic.relation_state s ON s."relationId" = r."id"
    WHERE r."id" = $1)sql"};
// The same, for somebody who wants to come in: one row, whether there is a relation or not.
constexpr Statement select_visit{R"sql(
  SELECT r."id", r."doctorsUserId", r."patientsUserId", r."createdAt",
      d."id", d."email", d."name", d."role"::text, d."isActive", d."createdAt",
      p."id", p."email", p."name", p."role"::text, p."isActive", p."createdAt", s."lastCreatedAt",
      u."id", u."email", u."name", u."role"::text, u."isActive", u."createdAt",
      EXISTS (SELECT FROM quickclinic.revoked_token t WHERE t."tokenHash" = $2)
    FROM (SELECT 1) one
    LEFT JOIN public."User" u ON u."id" = $1
    LEFT JOIN (public."DoctorPatientRelation" r
      JOIN public."User" d ON d."id" = r."doctorsUserId"
      JOIN public."User" p ON p."id" = r."patientsUserId") ON r."id" = $3
    LEFT JOIN quickclinic.relation_state s ON s."relationId" = r."id")sql"};
constexpr Statement insert_relation{R"sql(
  INSERT INTO public."DoctorPatientRelation" ("id", "doctorsUserId", "patientsUserId", "createdAt", "updatedAt")
    SELECT $1, d."userId", p."userId", t, t
      FROM public."Doctor" d, public."Patient" p, coalesce($4, quickclinic.now_utc()) AS t
      WHERE d."userId" = $2 AND p."userId" = $3
    ON CONFLICT DO NOTHING)sql"};
constexpr Statement select_pair{R"sql(
  SELECT r."id", r."doctorsUserId", r."patientsUserId", r."createdAt",
      EXISTS (SELECT FROM public."Doctor" WHERE "userId" = $1),
      EXISTS (SELECT FROM public."Patient" WHERE "userId" = $2)
    FROM (SELECT 1) one LEFT JOIN public."DoctorPatientRelation" r
      ON r."doctorsUserId" = $1 AND r."patientsUserId" = $2)sql"};

constexpr Statement select_revoked{R"sql(
  SELECT "tokenHash" FROM quickclinic.revoked_token WHERE "tokenHash" = ANY ($1))sql"};
constexpr Statement delete_expired{R"sql(
  DELETE FROM quickclinic.revoked_token WHERE "expiresAt" < coalesce($1, quickclinic.now_utc()))sql"};
constexpr Statement upsert_token{R"sql(
  INSERT INTO quickclinic.revoked_token AS r ("tokenHash", "expiresAt") VALUES ($1, $2)
    ON CONFLICT ("tokenHash") DO UPDATE SET "expiresAt" = greatest(r."expiresAt", excluded."expiresAt"))sql"};

// The user in six columns from `first` on.
Result<chat::User> user_at(const Rows& rows, int row, int first) {
  const auto role = chat::parse_role(rows.view(row, first + 3));
  if (!role) return fail(StoreError::corrupt, "a user has an unknown role");
  return chat::User{.id = chat::UserId(rows.view(row, first)),
                    .email = rows.text(row, first + 1),
                    .name = rows.text(row, first + 2),
                    .role = *role,
                    .active = rows.boolean(row, first + 4),
                    .created_at = rows.time(row, first + 5)};
}

chat::Relation relation_at(const Rows& rows, int row) {
  return {.id = chat::RelationId(rows.view(row, 0)),
          .doctor = chat::UserId(rows.view(row, 1)),
          .patient = chat::UserId(rows.view(row, 2)),
          .created_at = rows.time(row, 3)};
}

// The relation in the first row, its members and its position.
Result<chat::Membership> membership_at(const Rows& rows) {
  auto doctor = user_at(rows, 0, 4);
  if (!doctor) return std::unexpected(doctor.error());
  auto patient = user_at(rows, 0, 10);
  if (!patient) return std::unexpected(patient.error());
  return chat::Membership{.relation = relation_at(rows, 0),
                          .doctor = std::move(*doctor),
                          .patient = std::move(*patient),
                          .newest = rows.optional_time(0, 16).value_or(WallTime())};
}

Result<chat::User> only_user(const Result<Rows>& rows) {
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty()) return fail(StoreError::not_found, "no such user");
  return user_at(*rows, 0, 0);
}

Result<std::vector<chat::User>> users_of(const Result<Rows>& rows) {
  if (!rows) return std::unexpected(rows.error());
  std::vector<chat::User> users;
  for (int row = 0; row < rows->count(); ++row) {
    auto user = user_at(*rows, row, 0);
    if (!user) return std::unexpected(user.error());
    users.push_back(std::move(*user));
  }
  return users;
}

Result<std::vector<chat::Relation>> relations_of(const Result<Rows>& rows) {
  if (!rows) return std::unexpected(rows.error());
  std::vector<chat::Relation> relations;
  for (int row = 0; row < rows->count(); ++row) relations.push_back(relation_at(*rows, row));
  return relations;
}

}  // namespace

Task<chat::User> user_by_id(Links& links, chat::UserId user) {
  auto rows =
      co_await ask(links, LaneChoice::read, select_user_by_id, Parameters::one_text(user.text()));
  co_return only_user(rows);
}

Task<chat::User> user_by_email(Links& links, std::string email) {
  auto rows =
      co_await ask(links, LaneChoice::read, select_user_by_email, Parameters::one_text(email));
  co_return only_user(rows);
}

Task<chat::Credentials> credentials_of(Links& links, std::string email) {
  auto rows = co_await ask(links, LaneChoice::read, select_credentials,
                           Parameters::one_text(chat::trim_address(email)));
  if (rows && rows->empty()) {
    rows = co_await ask(links, LaneChoice::read, select_folded_credentials,
                        Parameters::one_text(chat::fold_address(email)));
    if (rows && rows->count() > 1)
      co_return fail(StoreError::not_found, "several users have nearly this address");
  }
  auto user = only_user(rows);
  if (!user) co_return std::unexpected(user.error());
  co_return chat::Credentials{.user = std::move(*user), .password_hash = rows->text(0, 6)};
}

Task<std::vector<chat::User>> all_users(Links& links) {
  auto rows = co_await ask(links, LaneChoice::read, select_users, {});
  co_return users_of(rows);
}

Task<std::vector<chat::Relation>> all_relations(Links& links) {
  auto rows = co_await ask(links, LaneChoice::read, select_relations, {});
  co_return relations_of(rows);
}

Task<chat::Membership> membership_of(Links& links, chat::RelationId relation) {
  auto rows = co_await ask(links, LaneChoice::read, select_membership,
                           Parameters::one_text(relation.text()));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return fail(StoreError::not_found, "no such relation");
  co_return membership_at(*rows);
}

Task<chat::Visit> visit_row(Links& links, chat::VisitRequest request) {
  Parameters parameters;
  parameters.text(request.user.text()).text(request.token_hash);
  if (request.relation) {
    parameters.text(request.relation->text());
  } else {
    parameters.null_text();
  }
  auto rows = co_await ask(links, LaneChoice::read, select_visit, std::move(parameters));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return fail(StoreError::corrupt, "a row is missing");
  chat::Visit visit{.user = std::nullopt, .revoked = rows->boolean(0, 23), .membership = {}};
  if (!rows->is_null(0, 17)) {
    auto user = user_at(*rows, 0, 17);
    if (!user) co_return std::unexpected(user.error());
    visit.user = std::move(*user);
  }
  if (!rows->is_null(0, 0)) {
    auto membership = membership_at(*rows);
    if (!membership) co_return std::unexpected(membership.error());
    visit.membership = std::move(*membership);
  }
  co_return visit;
}

Task<chat::WatchAnswer> watch_rows(Links& links, chat::WatchRequest request) {
  chat::WatchAnswer answer;
  if (!request.users.empty()) {
    Parameters parameters;
    parameters.texts(request.users);
    auto rows = co_await ask(links, LaneChoice::read, select_asked_users, std::move(parameters));
    auto users = users_of(rows);
    if (!users) co_return std::unexpected(users.error());
    answer.users = std::move(*users);
  }
  if (!request.relations.empty()) {
    Parameters parameters;
    parameters.texts(request.relations);
    auto rows =
        co_await ask(links, LaneChoice::read, select_asked_relations, std::move(parameters));
    auto relations = relations_of(rows);
    if (!relations) co_return std::unexpected(relations.error());
    answer.relations = std::move(*relations);
  }
  if (!request.token_hashes.empty()) {
    Parameters parameters;
    parameters.texts(request.token_hashes);
    auto rows = co_await ask(links, LaneChoice::read, select_revoked, std::move(parameters));
    if (!rows) co_return std::unexpected(rows.error());
    for (int row = 0; row < rows->count(); ++row)
      answer.revoked_tokens.push_back(rows->text(row, 0));
  }
  co_return answer;
}

Task<chat::User> insert_user(Links& links, chat::NewUser user, std::optional<WallTime> wall) {
  chat::User made{.id = chat::UserId(chat::new_row_id()),
                  .email = user.email,
                  .name = user.name,
                  .role = user.role,
                  .active = true,
                  .created_at = {}};
  Parameters parameters;
  parameters.text(made.id.text()).text(user.email).text(user.name).text(user.password_hash);
  parameters.text(to_text(user.role)).time(wall).text(chat::new_row_id());
  auto rows = co_await ask(links, LaneChoice::write, insert_user_rows, std::move(parameters));
  if (!rows && rows.error().context.starts_with(not_null_violation)) {
    co_return fail(StoreError::invalid,
                   "the web application wants more of a person than this program knows; add people "
                   "there");
  }
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return fail(StoreError::corrupt, "a new user vanished");
  made.created_at = rows->time(0, 0);
  co_return made;
}

Task<> update_user_active(Links& links, chat::UserId user, bool active,
                          std::optional<WallTime> wall) {
  Parameters parameters;
  parameters.text(user.text()).boolean(active).time(wall);
  auto rows = co_await ask(links, LaneChoice::write, update_active, std::move(parameters));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return fail(StoreError::not_found, "no such user");
  co_return Result<>();
}

Task<chat::AddedRelation> find_or_insert_relation(Links& links, chat::UserId doctor,
                                                  chat::UserId patient,
                                                  std::optional<WallTime> wall) {
  const std::string id = chat::new_row_id();
  Parameters row;
  row.text(id).text(doctor.text()).text(patient.text()).time(wall);
  auto made = co_await ask(links, LaneChoice::write, insert_relation, std::move(row));
  if (!made) co_return std::unexpected(made.error());
  Parameters pair;
  pair.text(doctor.text()).text(patient.text());
  auto found = co_await ask(links, LaneChoice::write, select_pair, std::move(pair));
  if (!found) co_return std::unexpected(found.error());
  if (found->empty()) co_return fail(StoreError::corrupt, "a row is missing");
  if (!found->boolean(0, 4)) co_return fail(StoreError::no_doctor);
  if (!found->boolean(0, 5)) co_return fail(StoreError::no_patient);
  if (found->is_null(0, 0)) co_return fail(StoreError::corrupt, "a new relation vanished");
  co_return chat::AddedRelation{.relation = relation_at(*found, 0),
                                .added = found->view(0, 0) == id};
}

Task<bool> token_is_revoked(Links& links, std::string token_hash) {
  Parameters parameters;
  parameters.texts(std::vector<std::string>{std::move(token_hash)});
  auto rows = co_await ask(links, LaneChoice::read, select_revoked, std::move(parameters));
  if (!rows) co_return std::unexpected(rows.error());
  co_return !rows->empty();
}

Task<> insert_revoked_token(Links& links, std::string token_hash, WallTime expires_at,
                            std::optional<WallTime> wall) {
  Parameters now;
  now.time(wall);
  auto forgotten = co_await ask(links, LaneChoice::write, delete_expired, std::move(now));
  if (!forgotten) co_return std::unexpected(forgotten.error());
  Parameters parameters;
  parameters.text(token_hash).time(expires_at);
  auto rows = co_await ask(links, LaneChoice::write, upsert_token, std::move(parameters));
  if (!rows) co_return std::unexpected(rows.error());
  co_return Result<>();
}

}  // namespace quickclinic::postgres
