#include "server/commands.hpp"

#include "base/random.hpp"
#include "server/archive/archive_commands.hpp"
#include "server/audit_commands.hpp"
#include "server/database.hpp"
#include "server/describe.hpp"
#include "server/exposure.hpp"
#include "server/health_command.hpp"
#include "server/identity/password.hpp"
#include "server/keys.hpp"
#include "server/operator.hpp"
#include "server/run_blocking.hpp"
#include "server/token_for.hpp"

#include <cstdio>
#include <iostream>
#include <string>
#include <variant>

namespace quickclinic::server {
namespace {

using chat::AuditAction;
using settings::Settings;

constexpr std::size_t generated_password_characters = 16;

std::string spelled(chat::Role role) {
  std::string text(to_text(role));
  for (char& c : text) c = static_cast<char>(c | 0x20);
  return text;
}

// A command on an open database. Its error becomes the sentence.
struct Runner {
  const Settings& settings;

  // Those that `main` has seen to.
  Result<> operator()(const settings::Serve&) const { return {}; }
  Result<> operator()(const settings::Top&) const { return {}; }

  Result<> operator()(const settings::Migrate&) const {
    const auto report = migrate_database(settings);
    if (!report) return std::unexpected(report.error());
    for (const std::string& name : report->applied) print("applied " + name + "\n");
    const std::string at = "The database is at version " + std::to_string(report->version) + "; ";
    print(at + (report->applied.empty() ? "there was nothing to do.\n"
                                        : "its tables are up to date.\n"));
    return {};
  }

  Result<> operator()(const settings::AddUser& wanted) const {
    auto store = open_database(settings);
    if (!store) return std::unexpected(store.error());
    std::string password;
    if (wanted.password_from_stdin) {
      std::getline(std::cin, password);
    } else {
      password = random_token(generated_password_characters);
    }
    auto hash = identity::hash_password(password);
    if (!hash) return std::unexpected(hash.error());
    auto user = run_blocking(
        (*store)->add_user({wanted.email, wanted.name, std::move(*hash), wanted.role}));
    if (!user) {
      if (user.error().condition() != Condition::conflict) return std::unexpected(user.error());
      return std::unexpected(
          Error(user.error().code, "A user with the address " + wanted.email + " exists already"));
    }
    record_operation((*store)->audit(), AuditAction::add_user, {}, user->id.text(), "ok");
    print("id: " + user->id.text() + "\n");
    if (!wanted.password_from_stdin) print("password: " + password + "\n");
    return {};
  }

  Result<> operator()(const settings::ListUsers&) const {
    auto store = open_database(settings);
    if (!store) return std::unexpected(store.error());
    const auto users = run_blocking((*store)->list_users());
    if (!users) return std::unexpected(users.error());
    for (const chat::User& user : *users) {
      print(user.id.text() + "  " + spelled(user.role) + "  " +
            (user.active ? "active  " : "disabled") + "  " + user.email + "  " + user.name + "\n");
    }
    return {};
  }

  Result<> operator()(const settings::SetUserActive& wanted) const {
    auto store = open_database(settings);
    if (!store) return std::unexpected(store.error());
    const auto user = find_user_by_address(**store, wanted.email);
    if (!user) return std::unexpected(user.error());
    const auto done = run_blocking((*store)->set_user_active(user->id, wanted.active));
    if (!done) return done;
    record_operation((*store)->audit(),
                     wanted.active ? AuditAction::enable_user : AuditAction::disable_user, {},
                     user->id.text(), "ok");
    print(wanted.email + (wanted.active ? " may come in again.\n"
                                        : " is disabled; connections end within 5 seconds.\n"));
    return {};
  }

  Result<> operator()(const settings::IssueToken& wanted) const {
    auto store = open_database(settings);
    if (!store) return std::unexpected(store.error());
    const auto user = find_user_by_address(**store, wanted.email);
    if (!user) return std::unexpected(user.error());
    const auto token = token_for(settings, *user, wanted.expires_in);
    if (!token) return std::unexpected(token.error());
    record_operation((*store)->audit(), AuditAction::issue_token, {}, user->id.text(), "ok");
    print(*token + "\n");
    return {};
  }

  Result<> operator()(const settings::RevokeToken& wanted) const {
    const auto verifier = token_verifier(settings);
    if (!verifier) return std::unexpected(verifier.error());
    const auto claims = verifier->verify(wanted.token, wall_now());
    if (!claims) {
      return std::unexpected(Error(
          claims.error().code, "This token is refused already: " + claims.error().code.message()));
    }
    auto store = open_database(settings);
    if (!store) return std::unexpected(store.error());
    const WallTime forget_at = claims->expires_at.value_or(wall_now() + std::chrono::days(36500));
    const auto done = run_blocking((*store)->revoke_token(claims->token_hash, forget_at));
    if (!done) return done;
    record_operation((*store)->audit(), AuditAction::revoke_token, {}, claims->user.text(), "ok");
    print("The token is revoked; its connections end within 5 seconds.\n");
    return {};
  }

  Result<> operator()(const settings::AddRelation& wanted) const {
    auto store = open_database(settings);
    if (!store) return std::unexpected(store.error());
    const auto doctor = find_user_by_address(**store, wanted.doctor_email);
    if (!doctor) return std::unexpected(doctor.error());
    const auto patient = find_user_by_address(**store, wanted.patient_email);
    if (!patient) return std::unexpected(patient.error());
    const auto relation = run_blocking((*store)->add_relation(doctor->id, patient->id));
    if (!relation) {
      if (relation.error().condition() != Condition::not_found)
        return std::unexpected(relation.error());
      return std::unexpected(Error(
          relation.error().code,
          wanted.doctor_email + " must be a doctor, and " + wanted.patient_email + " a patient"));
    }
    record_operation((*store)->audit(), AuditAction::add_relation, relation->relation.id, {}, "ok");
    print("id: " + relation->relation.id.text() + "\n");
    return {};
  }

  Result<> operator()(const settings::ListRelations&) const {
    auto store = open_database(settings);
    if (!store) return std::unexpected(store.error());
    const auto relations = run_blocking((*store)->list_relations());
    if (!relations) return std::unexpected(relations.error());
    for (const chat::Relation& relation : *relations) {
      print(relation.id.text() + "  doctor " + relation.doctor.text() + "  patient " +
            relation.patient.text() + "\n");
    }
    return {};
  }

  Result<> operator()(const settings::VerifyAudit&) const { return verify_audit(settings); }
  Result<> operator()(const settings::ListAudit& wanted) const {
    return list_audit(settings, wanted);
  }
  Result<> operator()(const settings::WhoRead& wanted) const { return who_read(settings, wanted); }

  Result<> operator()(const settings::Export& wanted) const {
    return export_archive(settings, wanted);
  }
  Result<> operator()(const settings::Import& wanted) const {
    return import_archive(settings, wanted);
  }
  Result<> operator()(const settings::Erase& wanted) const {
    return erase_person(settings, wanted);
  }
  Result<> operator()(const settings::SetHold& wanted) const { return set_hold(settings, wanted); }
  Result<> operator()(const settings::ClearHold& wanted) const {
    return clear_hold(settings, wanted);
  }
  Result<> operator()(const settings::ListHolds&) const { return list_holds(settings); }

  Result<> operator()(const settings::AskHealth&) const { return ask_health(settings); }

  Result<> operator()(const settings::Describe& wanted) const {
    using What = settings::Describe::What;
    print(wanted.what == What::settings ? describe_settings() : describe_metrics());
    return {};
  }

  Result<> operator()(const settings::Check&) const {
    Result<> ready = settings::check_ready_to_serve(settings);
    if (ready) ready = check_exposure(settings, machine_addresses());
    print(ready ? "Settings: in order.\n" : "Settings: " + ready.error().context + ".\n");
    // A check makes nothing.
    if (const Result<> there = check_database(settings); !there) return there;
    auto store = open_database(settings);
    if (!store) return std::unexpected(store.error());
    const auto users = run_blocking((*store)->list_users());
    if (!users) return std::unexpected(users.error());
    const auto relations = run_blocking((*store)->list_relations());
    if (!relations) return std::unexpected(relations.error());
    print("Database: " + database_name(settings) + " answers; " + std::to_string(users->size()) +
          " users, " + std::to_string(relations->size()) + " relations.\n");
    return ready;
  }
};

}  // namespace

int complain(const Error& error) {
  const std::string sentence = error.context.empty() ? error.code.message() : error.context;
  std::fprintf(stderr, "quickclinic: %s%s\n", sentence.c_str(), sentence.ends_with('.') ? "" : ".");
  return 1;
}

int run_command(const settings::Action& action, const Settings& settings) {
  const Result<> done = std::visit(Runner{settings}, action);
  return done ? 0 : complain(done.error());
}

}  // namespace quickclinic::server
