#include "server/settings/audit_arguments.hpp"

#include <CLI/CLI.hpp>

#include <optional>

namespace quickclinic::settings {
namespace {

// A day, or a time of day with or without milliseconds; UTC.
std::optional<WallTime> parse_time(const std::string& text) {
  if (text.size() == 10) return parse_iso8601(text + "T00:00:00.000Z");
  if (text.size() == 20 && text.ends_with('Z')) {
    return parse_iso8601(text.substr(0, 19) + ".000Z");
  }
  return parse_iso8601(text);
}

}  // namespace

void AuditArguments::add_to(CLI::App& app) {
  CLI::App* audit = app.add_subcommand("audit")->require_subcommand(0, 1);
  audit->add_subcommand("verify");
  for (const char* name : {"who-read", "list"}) {
    CLI::App* command = audit->add_subcommand(name);
    command->add_option("whose,--whose", about_);
    command->add_option("--since", since_);
  }
}

Acted AuditArguments::action(const CLI::App& audit) const {
  if (audit.got_subcommand("verify")) return Action(VerifyAudit{});
  const bool who_read = audit.got_subcommand("who-read");
  if (!who_read && !audit.got_subcommand("list")) {
    return refuse("The command audit needs one of verify, who-read and list");
  }
  WallTime since{};
  if (!since_.empty()) {
    const auto time = parse_time(since_);
    if (!time) {
      return refuse(
          "--since needs a day such as 2026-01-31, or a time such as "
          "2026-01-31T12:00:00Z");
    }
    since = *time;
  }
  if (!who_read) return Action(ListAudit{about_, since});
  if (about_.empty()) return refuse("audit who-read needs a relation's id, or a person's");
  if (since_.empty()) return refuse("audit who-read needs --since with a day or a time");
  return Action(WhoRead{about_, since});
}

}  // namespace quickclinic::settings
