#include "server/settings/command_line.hpp"

#include "server/settings/setting_table.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace quickclinic::settings {
namespace {

using Words = std::vector<std::string>;

Words words_of(const std::string& line) {
  std::istringstream in(line);
  Words words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::variant<Command, Exit> parsed(const std::string& line) {
  return parse_command_line(words_of(line));
}

Command command(const std::string& line) { return std::get<Command>(parsed(line)); }

template <class Wanted>
Wanted action(const std::string& line) {
  return std::get<Wanted>(command(line).action);
}

/// The sentence of the refusal, without what stands in each of them.
std::string refusal(const std::string& line) {
  const auto result = parsed(line);
  const Exit* exit = std::get_if<Exit>(&result);
  if (exit == nullptr || exit->code != 1) return "accepted";
  const std::string_view before = "quickclinic: ";
  const std::string_view after = ". See quickclinic --help.\n";
  EXPECT_TRUE(exit->text.starts_with(before) && exit->text.ends_with(after)) << exit->text;
  return exit->text.substr(before.size(), exit->text.size() - before.size() - after.size());
}

TEST(CommandLine, ServesWhenNothingElseIsAsked) {
  EXPECT_TRUE(std::holds_alternative<Serve>(command("").action));
  EXPECT_TRUE(std::holds_alternative<Serve>(command("serve").action));
  EXPECT_TRUE(std::holds_alternative<Serve>(command("--port 5").action));
}

TEST(CommandLine, KnowsMigrateAndCheck) {
  EXPECT_TRUE(std::holds_alternative<Migrate>(command("migrate").action));
  EXPECT_TRUE(std::holds_alternative<Check>(command("check").action));
}

TEST(CommandLineRelation, NamesADoctorAndAPatient) {
  const auto relation = action<AddRelation>("relation add d@x p@x");

  EXPECT_EQ(relation.doctor_email, "d@x");
  EXPECT_EQ(relation.patient_email, "p@x");
  EXPECT_TRUE(std::holds_alternative<ListRelations>(command("relation list").action));
  EXPECT_EQ(refusal("relation"), "The command relation needs one of add and list");
  EXPECT_EQ(refusal("relation add d@x"),
            "relation add needs the e-mail addresses of a doctor and a patient");
}

TEST(CommandLineAudit, SaysWhatAndSinceWhen) {
  EXPECT_TRUE(std::holds_alternative<VerifyAudit>(command("audit verify").action));
  const auto all = std::get<ListAudit>(command("audit list").action);
  EXPECT_EQ(all.about, "");
  EXPECT_EQ(all.since, WallTime());
  const auto some = std::get<ListAudit>(command("audit list u1 --since 2026-01-31").action);
  EXPECT_EQ(some.about, "u1");
  EXPECT_EQ(iso8601(some.since), "2026-01-31T00:00:00.000Z");
  const auto read =
      std::get<WhoRead>(command("audit who-read --whose a@b --since 2026-01-31T12:34:56Z").action);
  EXPECT_EQ(read.about, "a@b");
  EXPECT_EQ(iso8601(read.since), "2026-01-31T12:34:56.000Z");
  EXPECT_EQ(refusal("audit"), "The command audit needs one of verify, who-read and list");
  EXPECT_EQ(refusal("audit who-read --since 2026-01-31"),
            "audit who-read needs a relation's id, or a person's");
  EXPECT_EQ(refusal("audit who-read r1"), "audit who-read needs --since with a day or a time");
  for (const char* bad : {"yesterday", "2026-02-30", "2026-01-31T12:34Z"}) {
    EXPECT_EQ(refusal("audit list --since " + std::string(bad)),
              "--since needs a day such as 2026-01-31, or a time such as 2026-01-31T12:00:00Z");
  }
}

TEST(CommandLineArchive, SaysWhatToCarryAway) {
  const auto all = std::get<Export>(command("export --all --with-passwords").action);
  EXPECT_EQ(all.what, Export::What::all);
  EXPECT_TRUE(all.with_passwords);
  const auto some = std::get<Export>(command("export --relation r1 --output f --resume").action);
  EXPECT_EQ(some.what, Export::What::relation);
  EXPECT_EQ(some.about, "r1");
  EXPECT_EQ(some.output, "f");
  EXPECT_TRUE(some.resume);
  EXPECT_EQ(std::get<Export>(command("export --user a@b").action).what, Export::What::user);
  for (const char* bad : {"export", "export --all --user u", "export --relation r --user u"}) {
    EXPECT_EQ(refusal(bad), "export needs one of --all, --relation ID and --user WHOSE");
  }
  EXPECT_EQ(refusal("export --all --resume"), "--resume needs --output with the file to go on in");
  EXPECT_EQ(refusal("export --user u --with-passwords"), "--with-passwords goes with --all only");
}

TEST(CommandLineArchive, SaysWhatToBringInAndTakeOut) {
  EXPECT_EQ(std::get<Import>(command("import f").action).file, "f");
  EXPECT_EQ(std::get<Import>(command("import -").action).file, "-");
  EXPECT_EQ(refusal("import"), "import needs a file, or - for standard input");
  const auto erase = std::get<Erase>(command("erase --user u --yes").action);
  EXPECT_EQ(erase.user, "u");
  EXPECT_TRUE(erase.confirmed);
  EXPECT_FALSE(std::get<Erase>(command("erase u").action).confirmed);
  EXPECT_EQ(refusal("erase --yes"), "erase needs a person's e-mail address or id");
  const auto hold = std::get<SetHold>(command("hold set r1 --reason court").action);
  EXPECT_EQ(hold.whom, "r1");
  EXPECT_EQ(hold.reason, "court");
  EXPECT_EQ(std::get<ClearHold>(command("hold clear r1").action).whom, "r1");
  EXPECT_TRUE(std::holds_alternative<ListHolds>(command("hold list").action));
  EXPECT_EQ(refusal("hold"), "The command hold needs one of set, clear and list");
  EXPECT_EQ(refusal("hold set"),
            "hold set needs a person's e-mail address or id, or a relation's id");
}

TEST(CommandLineSettings, StandBeforeOrAfterTheCommand) {
  const SettingMap expected = {{"SOCKET_PORT", "5"}, {"HOST", "::1"}};

  EXPECT_EQ(command("--port 5 --host ::1").flags, expected);
  EXPECT_EQ(command("--port 5 serve --host ::1").flags, expected);
  EXPECT_EQ(command("migrate --port=5 --host=::1").flags, expected);
  EXPECT_EQ(command("--port 5 user --host ::1 list").flags, expected);
  EXPECT_EQ(command("user list --port 5 --host ::1").flags, expected);
  EXPECT_EQ(command("token a@b --port 5 --host ::1").flags, expected);
}

TEST(CommandLineSettings, AreAllThoseOfTheTable) {
  for (const SettingDescription& setting : all_settings()) {
    const std::string line = std::string(setting.flag) + "=value";
    EXPECT_EQ(command(line).flags, (SettingMap{{std::string(setting.name), "value"}})) << line;
  }
}

TEST(CommandLineSettings, StandAloneWhereTheyAreToggles) {
  EXPECT_EQ(command("--demo").flags, (SettingMap{{"QUICKCLINIC_DEMO", "true"}}));
  EXPECT_EQ(command("--demo serve").flags, (SettingMap{{"QUICKCLINIC_DEMO", "true"}}));
  EXPECT_EQ(command("--jwt-require-exp=false").flags, (SettingMap{{"JWT_REQUIRE_EXP", "false"}}));
}

TEST(CommandLineSettings, TakeTheLastOfSeveral) {
  EXPECT_EQ(command("--port 5 --port 6").flags, (SettingMap{{"SOCKET_PORT", "6"}}));
}

TEST(CommandLineSettings, MayBeGivenEmpty) {
  const auto result = parse_command_line({"--redis-url", ""});

  EXPECT_EQ(std::get<Command>(result).flags, (SettingMap{{"REDIS_URL", ""}}));
  EXPECT_EQ(command("--redis-url= serve").flags, (SettingMap{{"REDIS_URL", ""}}));
}

TEST(CommandLineUser, IsAdded) {
  const auto result = parse_command_line({"user", "add", "--email", "a@clinic.example", "--name",
                                          "Dr. Ada B", "--role", "doctor", "--password-stdin"});
  const auto add = std::get<AddUser>(std::get<Command>(result).action);

  EXPECT_EQ(add.email, "a@clinic.example");
  EXPECT_EQ(add.name, "Dr. Ada B");
  EXPECT_EQ(add.role, chat::Role::doctor);
  EXPECT_TRUE(add.password_from_stdin);
}

TEST(CommandLineUser, HasARoleAndNoPasswordUnlessAskedFor) {
  const auto role = [](const std::string& name) {
    return action<AddUser>("user add --email a@b --name A --role " + name).role;
  };

  EXPECT_EQ(role("patient"), chat::Role::patient);
  EXPECT_EQ(role("ADMIN"), chat::Role::admin);
  EXPECT_FALSE(action<AddUser>("user add --email a@b --name A --role admin").password_from_stdin);
}

TEST(CommandLineUser, IsListedDisabledAndEnabled) {
  EXPECT_NO_THROW(action<ListUsers>("user list"));
  EXPECT_EQ(action<SetUserActive>("user disable a@b").email, "a@b");
  EXPECT_FALSE(action<SetUserActive>("user disable a@b").active);
  EXPECT_TRUE(action<SetUserActive>("user enable --email a@b").active);
}

TEST(CommandLineToken, LastsSevenDaysUnlessToldOtherwise) {
  EXPECT_EQ(action<IssueToken>("token a@b").expires_in, std::chrono::hours(7 * 24));
  EXPECT_EQ(action<IssueToken>("token a@b").email, "a@b");
  EXPECT_EQ(action<IssueToken>("token a@b --expires-in 60").expires_in, std::chrono::seconds(60));
  EXPECT_EQ(action<IssueToken>("token --expires-in 60 a@b").email, "a@b");
}

TEST(CommandLineToken, IsRevoked) {
  EXPECT_EQ(action<RevokeToken>("token --revoke x.y.z").token, "x.y.z");
}

TEST(CommandLineRefusal, NamesWhatItDoesNotKnow) {
  const std::pair<const char*, const char*> cases[] = {
      {"--prot 5", "Unknown option --prot"},
      {"serve --prot 5", "Unknown option --prot"},
      {"user list --prot", "Unknown option --prot"},
      {"token a@b --prot=5", "Unknown option --prot"},
      {"-p 5", "Unknown option -p"},
      {"--jwt-secrt=hunter2", "Unknown option --jwt-secrt"},
      {"--jwt-secrt hunter2", "Unknown option --jwt-secrt"},
      {"servee", "Unknown command \"servee\""},
      {"--port 5 servee", "Unknown command \"servee\""},
      {"serve migrate", "Unexpected argument \"migrate\""},
      {"migrate now", "Unexpected argument \"now\""},
      {"user remove a@b", "Unexpected argument \"remove\""},
      {"user list all", "Unexpected argument \"all\""},
      {"token a@b c@d", "Unexpected argument \"c@d\""},
      {"serve --password-stdin", "Unknown option --password-stdin"},
      {"--email a@b", "Unknown option --email"},
  };
  for (const auto& [line, sentence] : cases) EXPECT_EQ(refusal(line), sentence) << line;
}

TEST(CommandLineRefusal, NamesWhatIsMissing) {
  const std::pair<const char*, const char*> cases[] = {
      {"user", "The command user needs one of add, list, disable and enable"},
      {"user add", "user add needs --email with an e-mail address"},
      {"user add --email x --name A --role doctor",
       "user add needs --email with an e-mail address"},
      {"user add --email a@b --role doctor", "user add needs --name with the person's name"},
      {"user add --email a@b --name A", "user add needs --role doctor, patient or admin"},
      {"user add --email a@b --name A --role nurse",
       "user add needs --role doctor, patient or admin"},
      {"user disable", "user disable needs an e-mail address"},
      {"user enable a", "user enable needs an e-mail address"},
      {"token", "token needs an e-mail address"},
      {"token a@b --expires-in 0", "--expires-in must be a number from 1 to 316224000"},
      {"token a@b --expires-in 1h", "--expires-in must be a number from 1 to 316224000"},
      {"token a@b --revoke x", "token --revoke takes a token and nothing else"},
  };
  for (const auto& [line, sentence] : cases) EXPECT_EQ(refusal(line), sentence) << line;
}

TEST(CommandLineRefusal, NamesAFlagWithoutItsValue) {
  for (const char* line : {"--port", "serve --port", "--jwt-secret", "token --revoke"}) {
    EXPECT_EQ(refusal(line), words_of(line).back() + " needs a value");
  }
}

TEST(CommandLineHelp, ShowsEverySettingAndEndsWell) {
  const auto result = parsed("--help");
  const auto& exit = std::get<Exit>(result);

  EXPECT_EQ(exit.code, 0);
  EXPECT_TRUE(exit.text.ends_with('\n'));
  for (const SettingDescription& setting : all_settings()) {
    EXPECT_TRUE(exit.text.contains("\n  " + std::string(setting.flag))) << setting.flag;
    EXPECT_TRUE(exit.text.contains("[" + std::string(setting.name))) << setting.name;
  }
}

TEST(CommandLineHelp, IsThereForEveryCommand) {
  for (const char* line : {"-h", "serve --help", "user add -h", "token --help"}) {
    EXPECT_EQ(std::get<Exit>(parsed(line)).code, 0) << line;
  }
}

TEST(CommandLineVersion, NamesTheProgram) {
  const auto result = parsed("--version");
  const auto& exit = std::get<Exit>(result);

  EXPECT_EQ(exit.code, 0);
  EXPECT_TRUE(exit.text.starts_with("quickclinic ")) << exit.text;
}

}  // namespace
}  // namespace quickclinic::settings
