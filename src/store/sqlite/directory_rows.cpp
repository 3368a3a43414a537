#include "store/sqlite/directory_rows.hpp"

#include "chat/message_id.hpp"
#include "chat/text.hpp"
#include "store/sqlite/all_rows.hpp"
#include "store/sqlite/message_rows.hpp"

#include <string_view>
#include <utility>

namespace quickclinic::store {

using chat::StoreError;

namespace {

constexpr const char* select_user_by_id = R"sql(
  SELECT "id", "email", "name", "role", "isActive", "createdAt" FROM "User" WHERE "id" = ?1)sql";
constexpr const char* select_user_by_email = R"sql(
  SELECT "id", "email", "name", "role", "isActive", "createdAt" FROM "User" WHERE "email" = ?1)sql";
constexpr const char* select_credentials = R"sql(
  SELECT "id", "email", "name", "role", "isActive", "createdAt", "password" FROM "User"
    WHERE lower("email") = ?1 ORDER BY "email" = ?2 DESC LIMIT 2)sql";
constexpr const char* select_users = R"sql(
  SELECT "id", "email", "name", "role", "isActive", "createdAt" FROM "User"
    ORDER BY "createdAt", rowid)sql";
constexpr const char* insert_user_row = R"sql(
  INSERT INTO "User" ("id", "email", "name", "password", "role", "isActive", "createdAt", "updatedAt")
    VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?6))sql";
constexpr const char* update_active = R"sql(
  UPDATE "User" SET "isActive" = ?2, "updatedAt" = ?3 WHERE "id" = ?1 RETURNING "id")sql";

constexpr const char* select_relation = R"sql(
  SELECT "id", "doctorsUserId", "patientsUserId", "createdAt"
    FROM "DoctorPatientRelation" WHERE "id" = ?1)sql";
constexpr const char* select_relation_of_pair = R"sql(
  SELECT "id", "doctorsUserId", "patientsUserId", "createdAt"
    FROM "DoctorPatientRelation" WHERE "doctorsUserId" = ?1 AND "patientsUserId" = ?2)sql";
constexpr const char* select_relations = R"sql(
  SELECT "id", "doctorsUserId", "patientsUserId", "createdAt"
    FROM "DoctorPatientRelation" ORDER BY "createdAt", rowid)sql";
constexpr const char* insert_relation = R"sql(
  INSERT INTO "DoctorPatientRelation"
      ("id", "doctorsUserId", "patientsUserId", "createdAt", "updatedAt")
    VALUES (?1, ?2, ?3, ?4, ?4))sql";

constexpr const char* select_token = R"(SELECT 1 FROM qc_revoked_token WHERE "tokenHash" = ?1)";
constexpr const char* upsert_token = R"sql(
  INSERT INTO qc_revoked_token ("tokenHash", "expiresAt") VALUES (?1, ?2)
    ON CONFLICT ("tokenHash") DO UPDATE SET "expiresAt" = max("expiresAt", excluded."expiresAt"))sql";

Result<chat::User> user_of(const Query& row) {
  const auto role = chat::parse_role(row.text(3));
  if (!role) return fail(StoreError::corrupt, "a user has an unknown role");
  return chat::User{.id = chat::UserId(row.text(0)),
                    .email = row.text(1),
                    .name = row.text(2),
                    .role = *role,
                    .active = row.number(4) != 0,
                    .created_at = row.time(5)};
}

Result<chat::Relation> relation_of(const Query& row) {
  return chat::Relation{.id = chat::RelationId(row.text(0)),
                        .doctor = chat::UserId(row.text(1)),
                        .patient = chat::UserId(row.text(2)),
                        .created_at = row.time(3)};
}

// The row that the query finds, or `not_found` with `absent` as its words.
template <class T>
Result<T> one(Query& query, Result<T> (*read)(const Query&), const char* absent) {
  const auto row = query.next();
  if (!row) return std::unexpected(row.error());
  if (!*row) return fail(StoreError::not_found, absent);
  return read(query);
}

// Appends the answer to `rows`, or nothing when it is `not_found`.
template <class T>
Result<> collect(std::vector<T>& rows, Result<T> found) {
  if (found) {
    rows.push_back(std::move(*found));
  } else if (found.error().code != StoreError::not_found) {
    return std::unexpected(found.error());
  }
  return {};
}

Result<chat::Relation> relation_by_id(Connection& connection, const chat::RelationId& relation) {
  Query query(connection, select_relation);
  return one(query.bind(relation.text()), relation_of, "no such relation");
}

Result<> require_role(Connection& connection, const char* sql, const chat::UserId& user,
                      StoreError absent) {
  Query query(connection, sql);
  const auto row = query.bind(user.text()).next();
  if (!row) return std::unexpected(row.error());
  if (!*row) return fail(absent);
  return {};
}

}  // namespace

Result<chat::User> user_by_id(Connection& connection, const chat::UserId& user) {
  Query query(connection, select_user_by_id);
  return one(query.bind(user.text()), user_of, "no such user");
}

Result<chat::User> user_by_email(Connection& connection, const std::string& email) {
  Query query(connection, select_user_by_email);
  return one(query.bind(email), user_of, "no such user");
}

Result<chat::Credentials> credentials_of(Connection& connection, const std::string& email) {
  const std::string folded = chat::fold_address(email);
  const std::string_view typed = chat::trim_address(email);
  Query query(connection, select_credentials);
  const auto row = query.bind(folded).bind(typed).next();
  if (!row) return std::unexpected(row.error());
  if (!*row) return fail(StoreError::not_found, "no such user");
  auto user = user_of(query);
  if (!user) return std::unexpected(user.error());
  std::string hash = query.text(6);
  // The one who is written exactly so comes first; else there may be one only.
  if (user->email != typed) {
    const auto another = query.next();
    if (!another) return std::unexpected(another.error());
    if (*another) return fail(StoreError::not_found, "several users have nearly this address");
  }
  return chat::Credentials{.user = std::move(*user), .password_hash = std::move(hash)};
}

Result<std::vector<chat::User>> all_users(Connection& connection) {
  Query query(connection, select_users);
  return all_rows(query, user_of);
}

Result<std::vector<chat::Relation>> all_relations(Connection& connection) {
  Query query(connection, select_relations);
  return all_rows(query, relation_of);
}

Result<chat::Membership> membership_of(Connection& connection, const chat::RelationId& relation) {
  auto pair = relation_by_id(connection, relation);
  if (!pair) return std::unexpected(pair.error());
  auto doctor = user_by_id(connection, pair->doctor);
  if (!doctor) return std::unexpected(doctor.error());
  auto patient = user_by_id(connection, pair->patient);
  if (!patient) return std::unexpected(patient.error());
  const auto position = relation_positions(connection, {relation});
  if (!position) return std::unexpected(position.error());
  return chat::Membership{.relation = std::move(*pair),
                          .doctor = std::move(*doctor),
                          .patient = std::move(*patient),
                          .newest = position->empty() ? WallTime() : position->front().newest};
}

Result<chat::WatchAnswer> watch_rows(Connection& connection, const chat::WatchRequest& request) {
  chat::WatchAnswer answer;
  for (const auto& id : request.users) {
    auto done = collect(answer.users, user_by_id(connection, id));
    if (!done) return std::unexpected(done.error());
  }
  for (const auto& id : request.relations) {
    auto done = collect(answer.relations, relation_by_id(connection, id));
    if (!done) return std::unexpected(done.error());
  }
  for (const auto& hash : request.token_hashes) {
    const auto revoked = token_is_revoked(connection, hash);
    if (!revoked) return std::unexpected(revoked.error());
    if (*revoked) answer.revoked_tokens.push_back(hash);
  }
  return answer;
}

// The address may be taken, and then the first statement stores nothing; nobody can have the second
// row's new ids.
Result<chat::User> insert_user(Connection& connection, const chat::NewUser& user, WallTime now) {
  chat::User made{.id = chat::UserId(chat::new_row_id()),
                  .email = user.email,
                  .name = user.name,
                  .role = user.role,
                  .active = true,
                  .created_at = now};
  {
    Query query(connection, insert_user_row);
    query.bind(made.id.text()).bind(user.email).bind(user.name).bind(user.password_hash);
    if (auto done = query.bind(to_text(user.role)).bind(now).run(); !done) {
      return std::unexpected(done.error());
    }
  }
  if (user.role != chat::Role::admin) {
    const bool doctor = user.role == chat::Role::doctor;
    const std::string id = chat::new_row_id();
    Query query(connection, doctor ? R"(INSERT INTO "Doctor" ("id", "userId") VALUES (?1, ?2))"
                                   : R"(INSERT INTO "Patient" ("id", "userId") VALUES (?1, ?2))");
    if (auto done = query.bind(id).bind(made.id.text()).run(); !done) {
      return std::unexpected(done.error());
    }
  }
  return made;
}

Result<> update_user_active(Connection& connection, const chat::UserId& user, bool active,
                            WallTime now) {
  Query query(connection, update_active);
  const auto row = query.bind(user.text()).bind(active ? 1 : 0).bind(now).next();
  if (!row) return std::unexpected(row.error());
  if (!*row) return fail(StoreError::not_found, "no such user");
  return query.run();
}

Result<chat::AddedRelation> find_or_insert_relation(Connection& connection,
                                                    const chat::UserId& doctor,
                                                    const chat::UserId& patient, WallTime now) {
  auto has_doctor = require_role(connection, R"(SELECT 1 FROM "Doctor" WHERE "userId" = ?1)",
                                 doctor, StoreError::no_doctor);
  if (!has_doctor) return std::unexpected(has_doctor.error());
  auto has_patient = require_role(connection, R"(SELECT 1 FROM "Patient" WHERE "userId" = ?1)",
                                  patient, StoreError::no_patient);
  if (!has_patient) return std::unexpected(has_patient.error());
  {
    // The transaction is the only writer: what is not there now is not made by another meanwhile.
    Query query(connection, select_relation_of_pair);
    auto found =
        one(query.bind(doctor.text()).bind(patient.text()), relation_of, "no such relation");
    if (found) return chat::AddedRelation{.relation = std::move(*found), .added = false};
    if (found.error().code != StoreError::not_found) return std::unexpected(found.error());
  }
  chat::Relation made{.id = chat::RelationId(chat::new_row_id()),
                      .doctor = doctor,
                      .patient = patient,
                      .created_at = now};
  Query query(connection, insert_relation);
  query.bind(made.id.text()).bind(doctor.text()).bind(patient.text()).bind(now);
  if (auto done = query.run(); !done) return std::unexpected(done.error());
  return chat::AddedRelation{.relation = std::move(made), .added = true};
}

Result<bool> token_is_revoked(Connection& connection, const std::string& token_hash) {
  Query query(connection, select_token);
  return query.bind(token_hash).next();
}

Result<> insert_revoked_token(Connection& connection, const std::string& token_hash,
                              WallTime expires_at, WallTime now) {
  {
    Query query(connection, R"(DELETE FROM qc_revoked_token WHERE "expiresAt" < ?1)");
    if (auto done = query.bind(now).run(); !done) return done;
  }
  Query query(connection, upsert_token);
  return query.bind(token_hash).bind(expires_at).run();
}

}  // namespace quickclinic::store
