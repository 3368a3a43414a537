#include "server/settings/command_line.hpp"

#include "server/settings/archive_arguments.hpp"
#include "server/settings/audit_arguments.hpp"
#include "server/settings/help.hpp"
#include "server/settings/setting_table.hpp"
#include "server/settings/view_arguments.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace quickclinic::settings {
namespace {

constexpr std::int64_t expires_in_max = std::int64_t{10} * 366 * 24 * 3600;

/// What the library fills in while it parses. It must not move then.
struct Given {
  bool help = false;
  bool version = false;
  std::vector<std::string> env_files;
  std::string email;
  std::string name;
  std::string role;
  bool password_from_stdin = false;
  std::string expires_in;
  std::string revoke;
  std::string doctor;
  std::string patient;
  AuditArguments audit;
  ArchiveArguments archive;
  ViewArguments view;
  std::vector<std::string> settings;
};

void add_settings(CLI::App& app, Given& given) {
  const auto& table = all_settings();
  given.settings.resize(table.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    const std::string flag(table[i].flag);
    CLI::Option* option = table[i].kind == SettingKind::toggle
                              ? app.add_flag(flag, given.settings[i])
                              : app.add_option(flag, given.settings[i]);
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }
}

void add_commands(CLI::App& app, Given& given) {
  app.require_subcommand(0, 1);
  app.add_subcommand("serve");
  app.add_subcommand("migrate");
  app.add_subcommand("check");
  app.add_subcommand("health");

  CLI::App* user = app.add_subcommand("user")->require_subcommand(0, 1);
  CLI::App* add = user->add_subcommand("add");
  add->add_option("--email", given.email);
  add->add_option("--name", given.name);
  add->add_option("--role", given.role);
  add->add_flag("--password-stdin", given.password_from_stdin);
  user->add_subcommand("list");
  user->add_subcommand("disable")->add_option("email,--email", given.email);
  user->add_subcommand("enable")->add_option("email,--email", given.email);

  CLI::App* token = app.add_subcommand("token");
  token->add_option("email,--email", given.email);
  token->add_option("--expires-in", given.expires_in);
  token->add_option("--revoke", given.revoke);

  CLI::App* relation = app.add_subcommand("relation")->require_subcommand(0, 1);
  CLI::App* pair = relation->add_subcommand("add");
  pair->add_option("doctor,--doctor", given.doctor);
  pair->add_option("patient,--patient", given.patient);
  relation->add_subcommand("list");

  given.audit.add_to(app);
  given.archive.add_to(app);
  given.view.add_to(app);
}

/// The arguments in the order the library wants: the last first. It takes the value of `--name=`
/// for missing and goes on to the next argument, so an empty value becomes an argument of its own.
std::vector<std::string> reversed(const std::vector<std::string>& arguments) {
  std::vector<std::string> words;
  for (const std::string& argument : arguments) {
    if (argument.starts_with("--") && argument.size() > 3 && argument.ends_with('=')) {
      words.push_back(argument.substr(0, argument.size() - 1));
      words.emplace_back();
    } else {
      words.push_back(argument);
    }
  }
  std::ranges::reverse(words);
  return words;
}

/// Names the first thing that nothing took. What stands behind an unknown option or its equals sign
/// may be a secret.
Exit refuse_extra(const std::vector<std::string>& extras, bool command_given) {
  const auto option =
      std::ranges::find_if(extras, [](const std::string& text) { return text.starts_with('-'); });
  if (option != extras.end())
    return refuse("Unknown option " + option->substr(0, option->find('=')));
  const std::string_view what = command_given ? "Unexpected argument \"" : "Unknown command \"";
  return refuse(std::string(what) + extras.front() + "\"");
}

SettingMap flags_of(const CLI::App& app, const Given& given) {
  SettingMap flags;
  const auto& table = all_settings();
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (app.count(std::string(table[i].flag)) > 0) {
      flags.emplace(table[i].name, given.settings[i]);
    }
  }
  return flags;
}

bool is_email(std::string_view text) {
  const std::size_t at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() && text.size() <= 254 &&
         text.find('@', at + 1) == std::string_view::npos &&
         std::ranges::none_of(text, [](char c) { return c >= '\0' && c <= ' '; });
}

std::optional<chat::Role> parse_role(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, chat::Role>, 6> roles = {
      {{"doctor", chat::Role::doctor},
       {"DOCTOR", chat::Role::doctor},
       {"patient", chat::Role::patient},
       {"PATIENT", chat::Role::patient},
       {"admin", chat::Role::admin},
       {"ADMIN", chat::Role::admin}}};
  for (const auto& [name, role] : roles) {
    if (name == text) return role;
  }
  return std::nullopt;
}

Acted add_user(const Given& given) {
  if (!is_email(given.email)) return refuse("user add needs --email with an e-mail address");
  if (given.name.empty()) return refuse("user add needs --name with the person's name");
  const auto role = parse_role(given.role);
  if (!role) return refuse("user add needs --role doctor, patient or admin");
  return Action(AddUser{given.email, given.name, *role, given.password_from_stdin});
}

Acted user_action(const CLI::App& user, const Given& given) {
  if (user.got_subcommand("add")) return add_user(given);
  if (user.got_subcommand("list")) return Action(ListUsers{});
  const bool enable = user.got_subcommand("enable");
  if (!enable && !user.got_subcommand("disable")) {
    return refuse("The command user needs one of add, list, disable and enable");
  }
  if (!is_email(given.email)) {
    return refuse(std::string(enable ? "user enable" : "user disable") +
                  " needs an e-mail address");
  }
  return Action(SetUserActive{given.email, enable});
}

Acted token_action(const CLI::App& token, const Given& given) {
  if (token.count("--revoke") > 0) {
    if (given.revoke.empty() || !given.email.empty() || token.count("--expires-in") > 0) {
      return refuse("token --revoke takes a token and nothing else");
    }
    return Action(RevokeToken{given.revoke});
  }
  if (!is_email(given.email)) return refuse("token needs an e-mail address");
  IssueToken issue{given.email};
  if (token.count("--expires-in") > 0) {
    const auto seconds = parse_integer(given.expires_in);
    if (!seconds || *seconds < 1 || *seconds > expires_in_max) {
      return refuse("--expires-in " + range_complaint(1, expires_in_max));
    }
    issue.expires_in = std::chrono::seconds(*seconds);
  }
  return Action(std::move(issue));
}

Acted relation_action(const CLI::App& relation, const Given& given) {
  if (relation.got_subcommand("list")) return Action(ListRelations{});
  if (!relation.got_subcommand("add"))
    return refuse("The command relation needs one of add and list");
  if (!is_email(given.doctor) || !is_email(given.patient)) {
    return refuse("relation add needs the e-mail addresses of a doctor and a patient");
  }
  return Action(AddRelation{given.doctor, given.patient});
}

Acted action_of(const CLI::App& app, const Given& given) {
  if (app.got_subcommand("migrate")) return Action(Migrate{});
  if (app.got_subcommand("check")) return Action(Check{});
  if (app.got_subcommand("health")) return Action(AskHealth{});
  if (app.got_subcommand("user")) return user_action(*app.get_subcommand("user"), given);
  if (app.got_subcommand("token")) return token_action(*app.get_subcommand("token"), given);
  if (app.got_subcommand("relation"))
    return relation_action(*app.get_subcommand("relation"), given);
  if (app.got_subcommand("audit")) return given.audit.action(*app.get_subcommand("audit"));
  if (app.got_subcommand("export")) return given.archive.export_action();
  if (app.got_subcommand("import")) return given.archive.import_action();
  if (app.got_subcommand("erase")) return given.archive.erase_action();
  if (app.got_subcommand("top")) return given.view.top_action();
  if (app.got_subcommand("describe")) return given.view.describe_action();
  if (app.got_subcommand("hold")) return given.archive.hold_action(*app.get_subcommand("hold"));
  return Action(Serve{});
}

}  // namespace

Exit refuse(std::string sentence) {
  return {1, "quickclinic: " + std::move(sentence) + ". See quickclinic --help.\n"};
}

std::variant<Command, Exit> parse_command_line(const std::vector<std::string>& arguments) {
  Given given;
  CLI::App app;
  app.set_help_flag();  // ours says more, and is the same everywhere
  app.allow_extras()->fallthrough();
  app.add_flag("--help,-h", given.help);
  app.add_flag("--version", given.version);
  app.add_option("--env-file", given.env_files)->allow_extra_args(false);
  add_settings(app, given);
  add_commands(app, given);
  try {
    app.parse(reversed(arguments));
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string_view words = error.what();  // begins with the option's name and a colon
    return refuse(std::string(words.substr(0, words.find(':'))) + " needs a value");
  } catch (const CLI::ParseError& error) {
    return refuse(error.what());
  }
  if (given.help) return Exit{0, help_text()};
  if (given.version) return Exit{0, "quickclinic " QUICKCLINIC_VERSION "\n"};
  if (const auto extras = app.remaining(true); !extras.empty()) {
    return refuse_extra(extras, !app.get_subcommands().empty());
  }
  auto acted = action_of(app, given);
  if (auto* exit = std::get_if<Exit>(&acted)) return std::move(*exit);
  return Command{std::move(std::get<Action>(acted)), std::move(given.env_files),
                 flags_of(app, given)};
}

}  // namespace quickclinic::settings
