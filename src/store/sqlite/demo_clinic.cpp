#include "store/sqlite/demo_clinic.hpp"

#include "chat/message_id.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/demo_talk.hpp"
#include "store/sqlite/directory_rows.hpp"
#include "store/sqlite/message_rows.hpp"
#include "store/sqlite/migrate.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace quickclinic::store {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

struct Person {
  const char* email;
  const char* name;
  const char* addressed_as;
  chat::Role role;
  const char* password;
};

constexpr std::array people = {
    Person{"asha.rao@clinic.example", "Asha Rao", "Dr. Rao", chat::Role::doctor, "demo-asha"},
    Person{"lukas.weber@clinic.example", "Lukas Weber", "Dr. Weber", chat::Role::doctor,
           "demo-lukas"},
    Person{"meera.nair@clinic.example", "Meera Nair", "Meera", chat::Role::patient, "demo-meera"},
    Person{"jonas.lindqvist@clinic.example", "Jonas Lindqvist", "Jonas", chat::Role::patient,
           "demo-jonas"},
    Person{"claire.dubois@clinic.example", "Claire Dubois", "Claire", chat::Role::patient,
           "demo-claire"},
};

/// Who talks with whom, as places in `people`, and how much of it each has yet to read.
struct Pair {
  std::size_t doctor;
  std::size_t patient;
  std::size_t unread_by_doctor;
  std::size_t unread_by_patient;
};

constexpr std::array pairs = {Pair{0, 2, 0, 2}, Pair{0, 3, 1, 0}, Pair{1, 3, 0, 0},
                              Pair{1, 4, 0, 3}};

constexpr std::size_t talks_each = 20;

constexpr std::array weekdays = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"};
constexpr std::array times_of_day = {"half past nine", "eleven o'clock", "a quarter past two",
                                     "four o'clock"};

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// One pair's history is every fifth talk from a place of its own, so that no pair has a talk twice
// and no two have the same order.
DemoTalk talk_of(std::size_t pair, std::size_t number) {
  const auto talks = demo_talks();
  return talks[(pair * 11 + number * 5) % talks.size()];
}

// By day, some days apart, the latest one the day before `now`.
WallTime time_of(std::size_t pair, std::size_t number, WallTime now) {
  const auto days_ago = days(1 + (talks_each - 1 - number) * 4 / 3);
  const auto time_of_day =
      hours(8 + (number * 5 + pair * 3) % 9) + minutes((number * 13 + pair * 29) % 60);
  return WallTime(std::chrono::floor<days>(now) - days_ago) + time_of_day;
}

minutes pause_before(std::size_t pair, std::size_t number, std::size_t line) {
  return line == 0 ? minutes(0) : minutes(2 + (number * 7 + line * 11 + pair * 5) % 23);
}

std::string spoken(const DemoLine& line, const Pair& pair, std::size_t variation) {
  std::string text = line.text;
  replace_all(text, "{doctor}", people[pair.doctor].addressed_as);
  replace_all(text, "{patient}", people[pair.patient].addressed_as);
  replace_all(text, "{day}", weekdays[variation % weekdays.size()]);
  replace_all(text, "{hour}", times_of_day[variation % times_of_day.size()]);
  return text;
}

// All that a pair ever said, in order; as it was stored.
Result<std::vector<chat::Message>> converse(Connection& connection, const chat::Relation& relation,
                                            std::size_t pair, WallTime now) {
  std::vector<chat::Message> said;
  for (std::size_t number = 0; number < talks_each; ++number) {
    const DemoTalk talk = talk_of(pair, number);
    WallTime at = time_of(pair, number, now);
    for (std::size_t line = 0; line < talk.size(); ++line) {
      at += pause_before(pair, number, line);
      const auto& speaker =
          talk[line].speaker == Speaker::doctor ? relation.doctor : relation.patient;
      const chat::ClientMessageId name("demo-" + std::to_string(said.size() + 1));
      auto appended = append_message(connection,
                                     {.id = chat::derived_message_id(relation.id, speaker, name),
                                      .relation = relation.id,
                                      .sender = speaker,
                                      .text = spoken(talk[line], pairs[pair], pair * 3 + number)},
                                     at);
      if (!appended) return std::unexpected(appended.error());
      said.push_back(std::move(appended->message));
    }
  }
  return said;
}

Result<> mark_all_but(Connection& connection, const std::vector<chat::Message>& said,
                      const chat::UserId& reader, std::size_t unread) {
  const chat::Message& last_read = said[said.size() - 1 - unread];
  const auto marked = mark_message_read(connection, last_read.relation, reader, last_read.id,
                                        last_read.created_at + minutes(3));
  if (!marked) return std::unexpected(marked.error());
  return {};
}

Result<> fill(Connection& connection, const std::vector<std::string>& hashes, WallTime now) {
  std::vector<chat::User> users;
  const WallTime opened = now - days(60);
  for (std::size_t i = 0; i < people.size(); ++i) {
    auto user = insert_user(connection,
                            {.email = people[i].email,
                             .name = people[i].name,
                             .password_hash = hashes[i],
                             .role = people[i].role},
                            opened);
    if (!user) return std::unexpected(user.error());
    users.push_back(std::move(*user));
  }
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto& doctor = users[pairs[i].doctor].id;
    const auto& patient = users[pairs[i].patient].id;
    const auto relation = find_or_insert_relation(connection, doctor, patient, opened);
    if (!relation) return std::unexpected(relation.error());
    const auto said = converse(connection, relation->relation, i, now);
    if (!said) return std::unexpected(said.error());
    if (auto done = mark_all_but(connection, *said, doctor, pairs[i].unread_by_doctor); !done)
      return done;
    if (auto done = mark_all_but(connection, *said, patient, pairs[i].unread_by_patient); !done)
      return done;
  }
  return {};
}

Result<bool> has_users(Connection& connection) {
  return Query(connection, R"(SELECT 1 FROM "User" LIMIT 1)").next();
}

// Answers whether the clinic was made.
Result<bool> make_once(Connection& connection, WallTime now, const PasswordHasher& hash) {
  const auto taken = has_users(connection);
  if (!taken) return std::unexpected(taken.error());
  if (*taken) return false;

  // Before the transaction: hashing is slow on purpose, and others would wait for the lock.
  std::vector<std::string> hashes;
  for (const Person& person : people) {
    auto hashed = hash(person.password);
    if (!hashed) return std::unexpected(hashed.error());
    hashes.push_back(std::move(*hashed));
  }
  auto transaction = Transaction::begin(connection, Transaction::Kind::write);
  if (!transaction) return std::unexpected(transaction.error());
  const auto taken_meanwhile = has_users(connection);
  if (!taken_meanwhile) return std::unexpected(taken_meanwhile.error());
  if (*taken_meanwhile) return false;
  if (auto filled = fill(connection, hashes, now); !filled) return std::unexpected(filled.error());
  if (auto done = transaction->commit(); !done) return std::unexpected(done.error());
  return true;
}

Result<DemoClinic> look_at(Connection& connection) {
  DemoClinic clinic;
  for (const Person& person : people) {
    auto user = user_by_email(connection, person.email);
    if (user) {
      clinic.accounts.push_back({.user = std::move(*user), .password = person.password});
    } else if (user.error().code != chat::StoreError::not_found) {
      return std::unexpected(user.error());
    }
  }
  auto relations = all_relations(connection);
  if (!relations) return std::unexpected(relations.error());
  const auto is_ours = [&clinic](const chat::UserId& id) {
    return std::ranges::any_of(clinic.accounts,
                               [&id](const DemoAccount& account) { return account.user.id == id; });
  };
  for (auto& relation : *relations) {
    if (is_ours(relation.doctor) && is_ours(relation.patient)) {
      clinic.relations.push_back(std::move(relation));
    }
  }
  return clinic;
}

}  // namespace

Result<DemoClinic> make_demo_clinic(const std::filesystem::path& path, WallTime now,
                                    const PasswordHasher& hash) {
  auto connection = Connection::open({.path = path});
  if (!connection) return std::unexpected(connection.error());
  if (auto migrated = migrate(*connection, now); !migrated)
    return std::unexpected(migrated.error());
  const auto created = make_once(*connection, now, hash);
  if (!created) return std::unexpected(created.error());
  auto clinic = look_at(*connection);
  if (clinic) clinic->created = *created;
  return clinic;
}

}  // namespace quickclinic::store
