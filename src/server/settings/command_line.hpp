#pragma once

#include "base/clock.hpp"
#include "chat/model.hpp"
#include "server/settings/setting_map.hpp"

#include <chrono>
#include <string>
#include <variant>
#include <vector>

namespace quickclinic::settings {

struct Serve {};
struct Migrate {};
struct AddUser {
  std::string email;
  std::string name;
  chat::Role role = chat::Role::patient;
  bool password_from_stdin = false;  ///< else one is made and printed
};
struct ListUsers {};
struct SetUserActive {
  std::string email;
  bool active = false;
};
struct IssueToken {
  std::string email;
  std::chrono::seconds expires_in = std::chrono::days(7);
};
struct RevokeToken {
  std::string token;
};
struct AddRelation {
  std::string doctor_email;
  std::string patient_email;
};
struct ListRelations {};
struct Check {};
struct AskHealth {};
struct VerifyAudit {};
struct ListAudit {
  std::string about;  ///< an e-mail address, a user's or a relation's id; empty: everything
  WallTime since = {};
};
struct WhoRead {
  std::string about;  ///< as above, never empty
  WallTime since = {};
};
struct Export {
  enum class What { all, relation, user };
  What what = What::all;
  std::string about;   ///< the relation's id; the user's, or an e-mail address
  std::string output;  ///< empty: standard output
  bool resume = false;
  bool with_passwords = false;
};
struct Import {
  std::string file;  ///< `-`: standard input
};
struct Erase {
  std::string user;
  bool confirmed = false;
};
struct SetHold {
  std::string whom;
  std::string reason;
};
struct ClearHold {
  std::string whom;
};
struct ListHolds {};
struct Top {
  std::string url;    ///< empty: the server of these settings
  bool once = false;  ///< as text, and done
  std::chrono::milliseconds interval{1000};
};
struct Describe {
  enum class What { settings, metrics };
  What what = What::settings;
};

using Action =
    std::variant<Serve, Migrate, AddUser, ListUsers, SetUserActive, IssueToken, RevokeToken,
                 AddRelation, ListRelations, Check, AskHealth, VerifyAudit, ListAudit, WhoRead,
                 Export, Import, Erase, SetHold, ClearHold, ListHolds, Top, Describe>;

/// What the operator asked for.
struct Command {
  Action action;
  /// Where to read settings instead of `.env`, the strongest last; empty: not given.
  std::vector<std::string> env_files;
  SettingMap flags;  ///< settings given as flags, by their names in the environment; not yet read
};

/// Nothing is to be done but to print and to end: help, version, or a sentence that says what was
/// wrong.
struct Exit {
  int code = 0;      ///< 0: `text` is for standard output, else for standard error
  std::string text;  ///< ends in a line end
};

/// Understands the arguments behind the program's name. Prints nothing and reads nothing else.
std::variant<Command, Exit> parse_command_line(const std::vector<std::string>& arguments);

}  // namespace quickclinic::settings
