#include "server/archive/archive_commands.hpp"

#include "server/archive/archive_file.hpp"
#include "server/archive/exporter.hpp"
#include "server/archive/importer.hpp"
#include "server/archive/progress.hpp"
#include "server/audit_trail.hpp"
#include "server/database.hpp"
#include "server/operator.hpp"
#include "server/run_blocking.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

namespace quickclinic::server {

using chat::AuditAction;
using DatabasePtr = std::unique_ptr<chat::Database>;

namespace {

std::string counted(std::int64_t number, const char* one, const char* many) {
  return std::to_string(number) + " " + (number == 1 ? one : many);
}

// What is not recorded is not done.
Result<> record_first(chat::Database& database, AuditAction action,
                      const chat::RelationId& relation, const std::string& subject) {
  record_operation(database.audit(), action, relation, subject, "ok");
  return run_blocking(database.audit().flush());
}

chat::Hold hold_on(const Named& named, std::string reason) {
  return {.what = named.user ? chat::Held::user : chat::Held::relation,
          .id = named.user ? named.user->id.text() : named.relation->id.text(),
          .reason = std::move(reason)};
}

void record_hold(chat::Database& database, AuditAction action, const Named& named) {
  record_operation(database.audit(), action,
                   named.relation ? named.relation->id : chat::RelationId(),
                   named.user ? named.user->id.text() : "", "ok");
}

// Everything that this person has written, conversation by conversation, a piece at a time.
// Answers how many messages there were.
Task<std::int64_t> erase_texts_of(chat::Database& database, chat::UserId user) {
  std::int64_t erased = 0;
  auto relations = co_await database.list_relations();
  if (!relations) co_return std::unexpected(relations.error());
  for (const chat::Relation& relation : *relations) {
    if (!relation.has_member(user)) continue;
    WallTime at{};
    chat::MessageId after;
    while (true) {
      auto messages = co_await database.archive().messages_behind(relation.id, at, after);
      if (!messages) co_return std::unexpected(messages.error());
      if (messages->empty()) break;
      at = messages->back().message.created_at;
      after = messages->back().message.id;
      std::vector<chat::MessageId> written;
      for (const auto& [message, updated_at] : *messages) {
        if (message.sender == user) written.push_back(message.id);
      }
      erased += static_cast<std::int64_t>(written.size());
      Result<> done = co_await database.archive().erase_texts(std::move(written));
      if (!done) co_return std::unexpected(done.error());
    }
  }
  co_return erased;
}

bool is_confirmed(const chat::User& user) {
  std::fprintf(stderr,
               "This takes out the name, the address and all messages of %s for ever.\n"
               "Type yes to go on: ",
               user.id.text().c_str());
  std::fflush(stderr);
  std::string answer;
  return std::getline(std::cin, answer) && answer == "yes";
}

}  // namespace

Result<> export_archive(const settings::Settings& settings, const settings::Export& wanted) {
  auto opened = open_database(settings);
  if (!opened) return std::unexpected(opened.error());
  chat::Database& database = **opened;
  Exporter::Scope scope{.with_passwords = wanted.with_passwords};
  if (!wanted.about.empty()) {
    auto named = find_named(database, wanted.about);
    if (!named) return std::unexpected(named.error());
    const bool user_wanted = wanted.what == settings::Export::What::user;
    if (named->user.has_value() != user_wanted) {
      return fail(chat::StoreError::not_found,
                  wanted.about + (user_wanted ? " is no person" : " is no relation"));
    }
    if (named->user) scope.user = named->user->id;
    scope.relation = std::move(named->relation);
  }
  auto file = ArchiveFile::open(
      wanted.output, wanted.resume ? ArchiveFile::Begin::further : ArchiveFile::Begin::anew);
  if (!file) return std::unexpected(file.error());
  const auto recorded = record_first(database, AuditAction::export_data,
                                     scope.relation ? scope.relation->id : chat::RelationId(),
                                     scope.user ? scope.user->text() : "");
  if (!recorded) return recorded;

  Progress progress;
  std::int64_t relations = 1;
  if (progress.shown()) {
    const auto all = run_blocking(database.list_relations());
    if (!all) return std::unexpected(all.error());
    relations = static_cast<std::int64_t>(all->size());
  }
  Exporter exporter(database.archive(), *file, std::move(scope), relations, progress);
  const auto done = run_blocking(exporter.run());
  progress.clear();
  if (!done) return done;
  if (!wanted.output.empty()) {
    print(counted(file->lines(), "line", "lines") + " in " + wanted.output + ".\n");
  }
  return {};
}

Result<> import_archive(const settings::Settings& settings, const settings::Import& wanted) {
  std::ifstream file;
  std::int64_t size = 0;
  if (wanted.file != "-") {
    file.open(wanted.file);
    struct stat about{};
    if (!file || ::stat(wanted.file.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) {
      return fail(Condition::not_found, "cannot read " + wanted.file);
    }
    size = about.st_size;
  }
  auto opened = open_database(settings);
  if (!opened) return std::unexpected(opened.error());
  const auto recorded = record_first(**opened, AuditAction::import_data, {}, {});
  if (!recorded) return recorded;

  Progress progress;
  std::istream& input = wanted.file == "-" ? std::cin : file;
  Importer importer((*opened)->archive(), input,
                    [&progress](std::int64_t line, std::string_view why) {
                      progress.clear();
                      std::fprintf(stderr, "line %lld left out: %.*s\n",
                                   static_cast<long long>(line), static_cast<int>(why.size()),
                                   why.data());
                    },
                    [&](std::int64_t lines) {
                      if (size > 0) progress.show(file.tellg(), size, lines);
                    });
  const auto report = run_blocking(importer.run());
  progress.clear();
  if (!report) {
    Error error = report.error();
    error.context = "the import stopped (" + error.describe() + "); run it again to go on";
    return std::unexpected(std::move(error));
  }
  print(counted(report->added, "record", "records") + " brought in, " +
        std::to_string(report->known) + " there already, " + std::to_string(report->left_out) +
        " left out.\n");
  if (!report->complete) {
    return fail(Condition::bad_request,
                "The archive has no end: it was cut off, or lines of it are missing");
  }
  if (report->left_out > 0) {
    return fail(Condition::bad_request,
                counted(report->left_out, "line was", "lines were") + " left out");
  }
  return {};
}

Result<> erase_person(const settings::Settings& settings, const settings::Erase& wanted) {
  auto opened = open_database(settings);
  if (!opened) return std::unexpected(opened.error());
  chat::Database& database = **opened;
  const auto named = find_named(database, wanted.user);
  if (!named) return std::unexpected(named.error());
  if (!named->user) return fail(chat::StoreError::not_found, wanted.user + " is no person");
  const chat::UserId user = named->user->id;
  if (!wanted.confirmed && !is_confirmed(*named->user)) {
    return fail(Condition::bad_request, "Nothing was erased");
  }

  const auto erased = run_blocking(database.archive().erase_person(user));
  record_operation(database.audit(), AuditAction::erase, {}, user.text(), audit_result(erased));
  if (!erased) {
    if (erased.error().code != chat::StoreError::held) return erased;
    return std::unexpected(
        Error(erased.error().code, user.text() + ", or a conversation of theirs, is on hold: see "
                                                 "quickclinic hold list"));
  }
  const auto messages = run_blocking(erase_texts_of(database, user));
  if (!messages) {
    Error error = messages.error();
    error.context = "the erasure stopped (" + error.describe() + "); run it again to go on";
    return std::unexpected(std::move(error));
  }
  print("Erased: " + user.text() + ", and the texts of " +
        counted(*messages, "message", "messages") + ".\n");
  return {};
}

Result<> set_hold(const settings::Settings& settings, const settings::SetHold& wanted) {
  auto opened = open_database(settings);
  if (!opened) return std::unexpected(opened.error());
  const auto named = find_named(**opened, wanted.whom);
  if (!named) return std::unexpected(named.error());
  const chat::Hold hold = hold_on(*named, wanted.reason);
  const auto done = run_blocking((*opened)->archive().set_hold(hold));
  if (!done) return done;
  record_hold(**opened, AuditAction::set_hold, *named);
  print("On hold: " + std::string(to_text(hold.what)) + " " + hold.id + ".\n");
  return {};
}

Result<> clear_hold(const settings::Settings& settings, const settings::ClearHold& wanted) {
  auto opened = open_database(settings);
  if (!opened) return std::unexpected(opened.error());
  const auto named = find_named(**opened, wanted.whom);
  if (!named) return std::unexpected(named.error());
  const chat::Hold hold = hold_on(*named, {});
  const auto cleared = run_blocking((*opened)->archive().clear_hold(hold.what, hold.id));
  if (!cleared) return std::unexpected(cleared.error());
  if (!*cleared) return fail(chat::StoreError::not_found, wanted.whom + " is not on hold");
  record_hold(**opened, AuditAction::clear_hold, *named);
  print("No longer on hold: " + std::string(to_text(hold.what)) + " " + hold.id + ".\n");
  return {};
}

Result<> list_holds(const settings::Settings& settings) {
  auto opened = open_database(settings);
  if (!opened) return std::unexpected(opened.error());
  const auto holds = run_blocking((*opened)->archive().holds());
  if (!holds) return std::unexpected(holds.error());
  for (const chat::Hold& hold : *holds) {
    print(iso8601(hold.since) + "  " + std::string(to_text(hold.what)) + "  " + hold.id + "  " +
          hold.reason + "\n");
  }
  return {};
}

}  // namespace quickclinic::server
