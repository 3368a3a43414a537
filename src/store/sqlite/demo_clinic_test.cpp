#include "store/sqlite/demo_clinic.hpp"

#include "chat/store.hpp"
#include "store/contract/await.hpp"
#include "store/contract/temporary_folder.hpp"
#include "store/sqlite/sqlite_store.hpp"

#include <gtest/gtest.h>

#include <array>
#include <latch>
#include <map>
#include <optional>
#include <set>
#include <thread>

namespace quickclinic::store {
namespace {

using chat::Role;

Result<std::string> plain(std::string_view password) { return "hash of " + std::string(password); }

class DemoClinicTest : public testing::Test {
 protected:
  DemoClinic make() { return make_demo_clinic(path_, now_, plain).value(); }
  std::unique_ptr<SqliteStore> store() { return SqliteStore::open({.path = path_}).value(); }

  static std::vector<chat::Message> history(SqliteStore& store, const chat::RelationId& relation) {
    std::vector<chat::Message> all;
    for (std::int64_t number = 1;; ++number) {
      const auto page = await(
          store.page(relation, {.page = number, .limit = 100, .order = chat::PageOrder::oldest}));
      if (page->messages.empty()) return all;
      all.insert(all.end(), page->messages.begin(), page->messages.end());
    }
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "clinic.db";
  WallTime now_ = parse_iso8601("2026-03-04T02:30:00.000Z").value();
};

TEST_F(DemoClinicTest, HasTwoDoctorsThreePatientsAndFourRelations) {
  const auto clinic = make();

  EXPECT_TRUE(clinic.created);
  ASSERT_EQ(clinic.accounts.size(), 5U);
  EXPECT_EQ(clinic.relations.size(), 4U);
  std::map<Role, int> roles;
  std::set<std::string> passwords;
  for (const auto& account : clinic.accounts) {
    ++roles[account.user.role];
    passwords.insert(account.password);
    EXPECT_TRUE(account.user.email.ends_with("@clinic.example"));
    EXPECT_TRUE(account.user.active);
  }
  EXPECT_EQ(roles, (std::map<Role, int>{{Role::doctor, 2}, {Role::patient, 3}}));
  EXPECT_EQ(passwords.size(), 5U);
}

TEST_F(DemoClinicTest, HasSomeWeeksOfConversationThatIsOverBeforeNow) {
  const auto clinic = make();
  const auto opened = store();
  std::size_t total = 0;

  for (const auto& relation : clinic.relations) {
    const auto messages = history(*opened, relation.id);
    total += messages.size();
    ASSERT_GT(messages.size(), 50U);
    EXPECT_GT(messages.front().created_at, now_ - std::chrono::weeks(6));
    EXPECT_LT(messages.back().created_at, now_);
    EXPECT_GT(messages.back().created_at, now_ - std::chrono::days(2));
    std::set<std::string> texts;
    for (const auto& message : messages) {
      EXPECT_TRUE(relation.has_member(message.sender));
      EXPECT_EQ(message.text.find_first_of("{}"), std::string::npos) << message.text;
      EXPECT_TRUE(texts.insert(message.text).second) << "said twice: " << message.text;
    }
  }
  EXPECT_GT(total, 300U);
}

TEST_F(DemoClinicTest, SaysTheSameEveryTime) {
  const auto first = make();
  const auto first_history = history(*store(), first.relations[0].id);
  path_ = folder_.path() / "second.db";
  const auto second = make();
  const auto second_history = history(*store(), second.relations[0].id);

  ASSERT_EQ(first_history.size(), second_history.size());
  for (std::size_t i = 0; i < first_history.size(); ++i) {
    EXPECT_EQ(first_history[i].text, second_history[i].text);
    EXPECT_EQ(first_history[i].created_at, second_history[i].created_at);
  }
}

TEST_F(DemoClinicTest, HasReadMarksOfBothMembersAndSomethingUnread) {
  const auto clinic = make();
  const auto opened = store();
  int behind = 0;

  for (const auto& relation : clinic.relations) {
    const auto marks = await(opened->page(relation.id, {})).value().marks;
    EXPECT_EQ(marks.size(), 2U);
    const auto last = history(*opened, relation.id).back().id;
    for (const auto& mark : marks) behind += mark.message == last ? 0 : 1;
  }
  EXPECT_EQ(behind, 3);
}

TEST_F(DemoClinicTest, KeepsItsDataAtTheSecondStart) {
  const auto first = make();
  await(store()->append({.id = chat::MessageId("mine"),
                         .relation = first.relations[0].id,
                         .sender = first.relations[0].doctor,
                         .text = "new"}))
      .value();
  const auto total = await(store()->page(first.relations[0].id, {}))->total;
  now_ += std::chrono::days(3);

  const auto second = make();

  EXPECT_FALSE(second.created);
  ASSERT_EQ(second.accounts.size(), first.accounts.size());
  for (std::size_t i = 0; i < first.accounts.size(); ++i) {
    EXPECT_EQ(second.accounts[i].user.id, first.accounts[i].user.id);
    EXPECT_EQ(second.accounts[i].password, first.accounts[i].password);
  }
  EXPECT_EQ(second.relations.size(), 4U);
  EXPECT_EQ(await(store()->page(first.relations[0].id, {}))->total, total);
}

TEST_F(DemoClinicTest, LeavesTheDatabaseOfAnotherClinicAlone) {
  await(store()->add_user({.email = "real@hospital.example", .name = "R", .password_hash = "*"}))
      .value();

  const auto clinic = make();

  EXPECT_FALSE(clinic.created);
  EXPECT_TRUE(clinic.accounts.empty());
  EXPECT_TRUE(clinic.relations.empty());
  EXPECT_EQ(await(store()->list_users())->size(), 1U);
}

TEST_F(DemoClinicTest, StoresHashesInsteadOfPasswords) {
  make();
  auto connection = Connection::open({.path = path_}).value();
  Query passwords(connection, R"(SELECT "password" FROM "User")");

  while (passwords.next().value()) EXPECT_TRUE(passwords.text(0).starts_with("hash of demo-"));
}

TEST_F(DemoClinicTest, IsNotBegunWhenAPasswordCannotBeHashed) {
  const auto broken = [](std::string_view) -> Result<std::string> {
    return fail(chat::StoreError::unavailable, "no hashing today");
  };

  EXPECT_EQ(make_demo_clinic(path_, now_, broken).error().context, "no hashing today");
  EXPECT_TRUE(await(store()->list_users())->empty());
}

TEST_F(DemoClinicTest, IsMadeOnceThoughSeveralBeginAtOnce) {
  std::array<std::optional<Result<DemoClinic>>, 3> made;
  std::latch together(static_cast<std::ptrdiff_t>(made.size()));
  std::vector<std::thread> processes;
  for (auto& slot : made) {
    processes.emplace_back([&] {
      together.arrive_and_wait();
      slot = make_demo_clinic(path_, now_, plain);
    });
  }
  for (auto& process : processes) process.join();

  int makers = 0;
  for (const auto& slot : made) {
    ASSERT_TRUE(*slot) << slot->error().describe();
    makers += (*slot)->created ? 1 : 0;
    EXPECT_EQ((*slot)->accounts.size(), 5U);
  }
  EXPECT_EQ(makers, 1);
}

}  // namespace
}  // namespace quickclinic::store
