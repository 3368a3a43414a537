#include "chat/archive_line.hpp"
#include "store/contract/store_contract.hpp"

#include <algorithm>
#include <span>

namespace quickclinic::store {
namespace {

using chat::Imported;
using chat::StoreError;
using std::chrono::milliseconds;

WallTime at(std::int64_t time) { return WallTime(milliseconds(time)); }

chat::ArchivedUser person(const std::string& id, chat::Role role) {
  return {.id = chat::UserId(id),
          .email = id + "@clinic.example",
          .name = "Name of " + id,
          .role = role,
          .active = true,
          .password_hash = "hash of " + id,
          .doctor_row = role == chat::Role::doctor ? std::optional("row of " + id) : std::nullopt,
          .patient_row = role == chat::Role::patient ? std::optional("row of " + id) : std::nullopt,
          .created_at = at(1000),
          .updated_at = at(2000)};
}

chat::ArchivedRelation pair(const std::string& id, const std::string& doctor,
                            const std::string& patient) {
  return {.relation = {.id = chat::RelationId(id),
                       .doctor = chat::UserId(doctor),
                       .patient = chat::UserId(patient),
                       .created_at = at(3000)},
          .updated_at = at(3001)};
}

chat::ArchivedMessage message(const std::string& id, const std::string& sender, std::int64_t time) {
  return {.message = {.id = chat::MessageId(id),
                      .relation = chat::RelationId("r1"),
                      .sender = chat::UserId(sender),
                      .text = "text of " + id,
                      .created_at = at(time)},
          .updated_at = at(time + 1)};
}

chat::ArchivedMark mark(const std::string& user, const std::string& message) {
  return {
      .relation = chat::RelationId("r1"),
      .mark = {.user = chat::UserId(user), .message = chat::MessageId(message), .at = at(9000)}};
}

chat::ArchivedMark delivery(const std::string& user, const std::string& message) {
  chat::ArchivedMark made = mark(user, message);
  made.kind = chat::MarkKind::delivered;
  return made;
}

chat::ArchivedNotification told(const std::string& id, const std::string& user) {
  return {.notification = {.id = chat::NotificationId(id),
                           .user = chat::UserId(user),
                           .message = "message of " + id,
                           .action_href = "/x",
                           .action_label = std::nullopt,
                           .is_read = true,
                           .created_at = at(8000)},
          .status = "READ",
          .read_at = at(8001)};
}

class ArchiveContract : public StoreContract {
 protected:
  template <class Record>
  std::vector<Imported> bring(std::vector<Record> records) {
    return await(archive().import(std::move(records))).value();
  }
  // A doctor, two patients, one conversation of four messages.
  void bring_clinic() {
    bring(std::vector{person("d", chat::Role::doctor), person("p", chat::Role::patient),
                      person("q", chat::Role::patient), person("a", chat::Role::admin)});
    bring(std::vector{pair("r1", "d", "p")});
    bring(std::vector{message("m1", "d", 5000), message("m2", "p", 5000), message("m3", "d", 6000),
                      message("m4", "p", 7000)});
    bring(std::vector{mark("d", "m2"), mark("p", "m3"), delivery("p", "m4")});
    bring(std::vector{told("n2", "p"), told("n1", "p")});
    await(archive().count_again(chat::RelationId("r1"))).value();
  }
  std::vector<chat::ArchivedMessage> messages_of(const std::string& relation) {
    return await(archive().messages_behind(chat::RelationId(relation), {}, {})).value();
  }
  // Everything, as lines.
  std::string lines() {
    std::string all;
    const auto add = [&all](const auto& records) {
      for (const auto& record : records) all += archive_line(record);
    };
    add(await(archive().users_behind({})).value());
    const auto relations = await(archive().relations_behind({})).value();
    add(relations);
    for (const auto& each : relations) {
      add(messages_of(each.relation.id.text()));
      add(await(archive().marks(each.relation.id)).value());
    }
    for (const auto& user : await(archive().users_behind({})).value()) {
      add(await(archive().notifications_behind(user.id, {})).value());
    }
    add(await(archive().holds()).value());
    return all;
  }
};

TEST_P(ArchiveContract, GivesBackWhatWasBroughtIn) {
  bring_clinic();

  std::string expected;
  for (const auto& each : {person("a", chat::Role::admin), person("d", chat::Role::doctor),
                           person("p", chat::Role::patient), person("q", chat::Role::patient)}) {
    expected += archive_line(each);
  }
  expected += archive_line(pair("r1", "d", "p"));
  for (const auto& each : {message("m1", "d", 5000), message("m2", "p", 5000),
                           message("m3", "d", 6000), message("m4", "p", 7000)}) {
    expected += archive_line(each);
  }
  expected += archive_line(mark("d", "m2")) + archive_line(mark("p", "m3"));
  expected += archive_line(delivery("p", "m4"));
  expected += archive_line(told("n1", "p")) + archive_line(told("n2", "p"));
  EXPECT_EQ(lines(), expected);
}

TEST_P(ArchiveContract, KnowsWhatIsThereAlready) {
  bring_clinic();
  const std::string before = lines();
  auto renamed = person("d", chat::Role::doctor);
  renamed.name = "Another";

  EXPECT_EQ(bring(std::vector{renamed, person("e", chat::Role::doctor)}),
            (std::vector{Imported::known, Imported::added}));
  EXPECT_EQ(bring(std::vector{pair("r1", "d", "p")}), std::vector{Imported::known});
  EXPECT_EQ(bring(std::vector{message("m1", "d", 1), message("m1", "d", 1)}),
            (std::vector{Imported::known, Imported::known}));
  EXPECT_EQ(bring(std::vector{mark("d", "m4")}), std::vector{Imported::known});
  EXPECT_EQ(bring(std::vector{delivery("p", "m1")}), std::vector{Imported::known});
  EXPECT_EQ(bring(std::vector{told("n1", "p")}), std::vector{Imported::known});
  const std::string added = archive_line(person("e", chat::Role::doctor));
  std::string after = lines();
  after.erase(after.find(added), added.size());
  EXPECT_EQ(after, before);
}

TEST_P(ArchiveContract, RefusesARecordAlone) {
  bring_clinic();
  auto other_address = person("x", chat::Role::patient);
  other_address.email = "p@clinic.example";
  auto mentioned = person("y", chat::Role::patient);
  mentioned.email = std::nullopt;
  auto known = person("q", chat::Role::patient);
  known.email = std::nullopt;
  auto elsewhere = message("m7", "d", 9500);
  elsewhere.message.relation = chat::RelationId("none");

  EXPECT_EQ(bring(std::vector{other_address, mentioned, known, person("z", chat::Role::patient)}),
            (std::vector{Imported::taken, Imported::invalid, Imported::known, Imported::added}));
  EXPECT_EQ(bring(std::vector{pair("r2", "d", "none"), pair("r3", "d", "p"), pair("r4", "d", "q")}),
            (std::vector{Imported::invalid, Imported::taken, Imported::added}));
  EXPECT_EQ(bring(std::vector{message("m5", "d", 8000), elsewhere, message("m6", "none", 9000)}),
            (std::vector{Imported::added, Imported::invalid, Imported::invalid}));
  EXPECT_EQ(bring(std::vector{mark("q", "none"), mark("a", "m1")}),
            (std::vector{Imported::invalid, Imported::added}));
  EXPECT_EQ(bring(std::vector{delivery("q", "none"), delivery("d", "m1")}),
            (std::vector{Imported::invalid, Imported::added}));
  EXPECT_EQ(bring(std::vector{told("n3", "none"), told("n4", "d")}),
            (std::vector{Imported::invalid, Imported::added}));
}

TEST_P(ArchiveContract, MakesTheSideOfAPersonThatNamesNone) {
  auto doctor = person("d", chat::Role::doctor);
  doctor.doctor_row = std::nullopt;
  auto patient = person("p", chat::Role::patient);
  patient.patient_row = std::nullopt;
  bring(std::vector{doctor, patient});

  EXPECT_TRUE(await(directory().add_relation(chat::UserId("d"), chat::UserId("p"))));
}

TEST_P(ArchiveContract, KeepsTheCountsTrue) {
  bring_clinic();
  bring(std::vector{message("m0", "p", 4000)});
  await(archive().count_again(chat::RelationId("r1"))).value();

  const auto page = await(messages().page(chat::RelationId("r1"), {})).value();
  EXPECT_EQ(page.total, 5);
  EXPECT_EQ(page.messages.front().id, chat::MessageId("m0"));
  const auto summary =
      await(overview().relations_of(chat::UserId("p"), std::nullopt)).value().at(0);
  EXPECT_EQ(summary.last->id, chat::MessageId("m4"));
  EXPECT_EQ(summary.unread, 0);
  EXPECT_EQ(await(overview().relations_of(chat::UserId("d"), std::nullopt)).value().at(0).unread,
            1);
  const auto sent = send(chat::RelationId("r1"), chat::UserId("d"), "now");
  EXPECT_GT(sent.created_at, at(7000));
}

TEST_P(ArchiveContract, TellsInPieces) {
  bring_clinic();
  constexpr auto piece = static_cast<std::size_t>(chat::Archive::piece);
  std::vector<chat::ArchivedMessage> many;
  for (std::size_t i = 0; i < piece; ++i) {
    many.push_back(message("x" + std::to_string(i), "d", 8000 + static_cast<std::int64_t>(i / 2)));
  }
  bring(many);

  const auto first = messages_of("r1");
  ASSERT_EQ(first.size(), piece);
  const auto& last = first.back().message;
  const auto rest =
      await(archive().messages_behind(last.relation, last.created_at, last.id)).value();

  EXPECT_EQ(rest.size(), 4U);
  EXPECT_TRUE(std::ranges::is_sorted(rest, {}, [](const auto& each) {
    return std::pair(each.message.created_at, each.message.id);
  }));
  EXPECT_EQ(await(archive().users_behind(chat::UserId("p"))).value().size(), 1U);
  EXPECT_EQ(await(archive().relations_behind(chat::RelationId("r1"))).value().size(), 0U);
  EXPECT_EQ(await(archive().notifications_behind(chat::UserId("p"), chat::NotificationId("n1")))
                .value()
                .size(),
            1U);
}

TEST_P(ArchiveContract, FindsOnePerson) {
  bring_clinic();

  EXPECT_EQ(archive_line(await(archive().user(chat::UserId("p"))).value()),
            archive_line(person("p", chat::Role::patient)));
  EXPECT_EQ(await(archive().user(chat::UserId("none"))).error().code, StoreError::not_found);
}

TEST_P(ArchiveContract, ErasesAPersonAndTheirTexts) {
  bring_clinic();
  set_clock(milliseconds(1'800'000'000'000));

  ASSERT_TRUE(await(archive().erase_person(chat::UserId("p"))));
  ASSERT_TRUE(await(archive().erase_texts({chat::MessageId("m2"), chat::MessageId("m4")})));

  const auto erased = await(archive().user(chat::UserId("p"))).value();
  EXPECT_EQ(erased.name, "Erased");
  EXPECT_EQ(erased.email, "erased-p@erased.invalid");
  EXPECT_EQ(erased.password_hash, "!");
  EXPECT_FALSE(erased.active);
  EXPECT_EQ(erased.updated_at, at(1'800'000'000'000));
  std::vector<std::string> texts;
  for (const auto& each : messages_of("r1")) texts.push_back(each.message.text);
  EXPECT_EQ(texts, (std::vector<std::string>{"text of m1", "[erased]", "text of m3", "[erased]"}));
  EXPECT_EQ(messages_of("r1")[1].updated_at, at(1'800'000'000'000));
  EXPECT_TRUE(await(archive().notifications_behind(chat::UserId("p"), {})).value().empty());
  EXPECT_EQ(await(archive().marks(chat::RelationId("r1"))).value().size(), 1U);
  EXPECT_EQ(await(archive().erase_person(chat::UserId("none"))).error().code,
            StoreError::not_found);
  EXPECT_TRUE(await(archive().erase_person(chat::UserId("p"))));
}

TEST_P(ArchiveContract, ErasesNobodyOnHold) {
  bring_clinic();
  const std::string before = lines();
  for (const chat::Hold& hold :
       {chat::Hold{.what = chat::Held::user, .id = "p", .reason = "a court"},
        chat::Hold{.what = chat::Held::relation, .id = "r1", .reason = "another"}}) {
    await(archive().set_hold(hold)).value();
    EXPECT_EQ(await(archive().erase_person(chat::UserId("p"))).error().code, StoreError::held);
    EXPECT_TRUE(await(archive().clear_hold(hold.what, hold.id)).value());
  }

  EXPECT_EQ(lines(), before);
  EXPECT_TRUE(await(archive().erase_person(chat::UserId("p"))));
}

TEST_P(ArchiveContract, KeepsHolds) {
  set_clock(milliseconds(1'800'000'000'000));
  await(archive().set_hold({.what = chat::Held::relation, .id = "r1", .reason = "one"})).value();
  await(archive().set_hold({.what = chat::Held::user, .id = "u", .reason = "two"})).value();
  set_clock(milliseconds(1'900'000'000'000));
  await(archive().set_hold({.what = chat::Held::user, .id = "u", .reason = "three"})).value();

  const auto holds = await(archive().holds()).value();

  ASSERT_EQ(holds.size(), 2U);
  EXPECT_EQ(holds[0].what, chat::Held::user);
  EXPECT_EQ(holds[0].reason, "three");
  EXPECT_EQ(holds[0].since, at(1'800'000'000'000));
  EXPECT_EQ(holds[1].what, chat::Held::relation);
  EXPECT_FALSE(await(archive().clear_hold(chat::Held::relation, "u")).value());
}

INSTANTIATE_TEST_SUITE_P(Every, ArchiveContract, ::testing::ValuesIn(archive_implementations()),
                         implementation_name);

}  // namespace
}  // namespace quickclinic::store
