#include "server/settings/archive_arguments.hpp"

#include <CLI/CLI.hpp>

namespace quickclinic::settings {

void ArchiveArguments::add_to(CLI::App& app) {
  CLI::App* out = app.add_subcommand("export");
  out->add_flag("--all", all_);
  out->add_option("--relation", relation_);
  out->add_option("--user", user_);
  out->add_option("--output", output_);
  out->add_flag("--resume", resume_);
  out->add_flag("--with-passwords", with_passwords_);

  app.add_subcommand("import")->add_option("file,--file", file_);

  CLI::App* erase = app.add_subcommand("erase");
  erase->add_option("user,--user", user_);
  erase->add_flag("--yes", yes_);

  CLI::App* hold = app.add_subcommand("hold")->require_subcommand(0, 1);
  CLI::App* set = hold->add_subcommand("set");
  set->add_option("whom,--whom", whom_);
  set->add_option("--reason", reason_);
  hold->add_subcommand("clear")->add_option("whom,--whom", whom_);
  hold->add_subcommand("list");
}

Acted ArchiveArguments::export_action() const {
  const int scopes = (all_ ? 1 : 0) + (relation_.empty() ? 0 : 1) + (user_.empty() ? 0 : 1);
  if (scopes != 1) return refuse("export needs one of --all, --relation ID and --user WHOSE");
  if (resume_ && output_.empty())
    return refuse("--resume needs --output with the file to go on in");
  if (with_passwords_ && !all_) return refuse("--with-passwords goes with --all only");
  Export wanted{.what = Export::What::all,
                .about = {},
                .output = output_,
                .resume = resume_,
                .with_passwords = with_passwords_};
  if (!all_) {
    wanted.what = user_.empty() ? Export::What::relation : Export::What::user;
    wanted.about = user_.empty() ? relation_ : user_;
  }
  return Action(wanted);
}

Acted ArchiveArguments::import_action() const {
  if (file_.empty()) return refuse("import needs a file, or - for standard input");
  return Action(Import{file_});
}

Acted ArchiveArguments::erase_action() const {
  if (user_.empty()) return refuse("erase needs a person's e-mail address or id");
  return Action(Erase{user_, yes_});
}

Acted ArchiveArguments::hold_action(const CLI::App& hold) const {
  if (hold.got_subcommand("list")) return Action(ListHolds{});
  const bool set = hold.got_subcommand("set");
  if (!set && !hold.got_subcommand("clear")) {
    return refuse("The command hold needs one of set, clear and list");
  }
  if (whom_.empty()) {
    return refuse(std::string(set ? "hold set" : "hold clear") +
                  " needs a person's e-mail address or id, or a relation's id");
  }
  if (set) return Action(SetHold{whom_, reason_});
  return Action(ClearHold{whom_});
}

}  // namespace quickclinic::settings
