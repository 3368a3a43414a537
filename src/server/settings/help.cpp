#include "server/settings/help.hpp"

#include "server/settings/setting_table.hpp"

#include <algorithm>
#include <string_view>

namespace quickclinic::settings {
namespace {

constexpr std::string_view commands = R"(quickclinic: a chat server for doctors and their patients

Usage: quickclinic [COMMAND] [SETTINGS]

Commands:
  serve                    Serve the chat. The command when none is given.
  migrate                  Make or update the tables, and say what was done.
  user add --email ADDRESS --name NAME --role doctor|patient|admin [--password-stdin]
                           Add a person. Without --password-stdin a password is made and printed.
  user list                List everybody.
  user disable ADDRESS     Refuse this person and end their connections.
  user enable ADDRESS      Let this person in again.
  token ADDRESS [--expires-in SECONDS]
                           Print a token for this person, for 7 days unless told otherwise.
  token --revoke TOKEN     Refuse this token from now on.
  relation add DOCTOR PATIENT
                           Let a doctor and a patient, named by address, write to each other.
  relation list            List who may write to whom.
  audit verify             Check that the audit record is as it was written.
  audit who-read WHOSE --since TIME
                           List who has read in a conversation, or in all those of a person. WHOSE is a
                           relation's or a user's id, or an e-mail address; TIME is 2026-01-31, or with a
                           time of day in UTC: 2026-01-31T12:00:00Z.
  audit list [WHOSE] [--since TIME]
                           Print the audit record, or what it holds of one person or relation, as lines of JSON.
  export --all | --relation ID | --user WHOSE [--output FILE [--resume]] [--with-passwords]
                           Write everything, a conversation, or what is of one person as lines of JSON.
  import FILE              Bring such lines in; what is there already stays as it is. - is standard input.
  erase WHOSE [--yes]      Take out a person's name, address and texts for ever.
  hold set WHOSE --reason TEXT | hold clear WHOSE | hold list
                           Forbid the erasure of a person, or of a conversation, or allow it again.
  top [--url URL] [--once] [--interval MILLISECONDS]
                           Show what a running server does, until q is pressed; with --once as text.
  describe settings|metrics
                           Print the reference of all settings, or of all metrics, in Markdown.
  check                    Say in words whether settings and database are in order.
  health                   Ask the server that these settings mean, on this machine, whether it is ready.

Settings stand before or after the command. A flag wins over the environment, the environment over the file .env.

  --env-file FILE          Read settings from this file instead of .env; it has to be there. May be
                           given again, and the last file wins.
  --help, -h               Print this and stop.
  --version                Print the version and stop.
)";

constexpr std::size_t text_column = 27;
constexpr std::size_t width = 100;

// Appends `text` in lines that begin at `text_column`; the cursor stands there already.
void append_wrapped(std::string& out, std::string_view text) {
  const std::size_t room = width - text_column;
  while (text.size() > room) {
    std::size_t cut = text.rfind(' ', room);
    if (cut == std::string_view::npos) cut = std::min(text.find(' '), text.size());
    out.append(text.substr(0, cut)).append("\n").append(text_column, ' ');
    text.remove_prefix(std::min(cut + 1, text.size()));
  }
  out.append(text).append("\n");
}

void append_setting(std::string& out, const SettingDescription& setting) {
  std::string left = "  " + std::string(setting.flag);
  if (!setting.argument.empty()) left.append(" ").append(setting.argument);
  out += left;
  if (left.size() + 1 >= text_column) {
    out.append("\n").append(text_column, ' ');
  } else {
    out.append(text_column - left.size(), ' ');
  }
  std::string text(setting.help);
  text.append(" [").append(setting.name);
  if (!setting.other_name.empty()) text.append(" or ").append(setting.other_name);
  if (!setting.default_text.empty()) text.append(", default ").append(setting.default_text);
  append_wrapped(out, text + "]");
}

}  // namespace

std::string help_text() {
  std::string out(commands);
  for (const SettingDescription& setting : all_settings()) append_setting(out, setting);
  return out;
}

}  // namespace quickclinic::settings
