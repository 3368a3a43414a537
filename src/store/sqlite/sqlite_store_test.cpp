#include "store/sqlite/sqlite_store.hpp"

#include "chat/message_id.hpp"
#include "store/contract/await.hpp"
#include "store/contract/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <optional>
#include <set>
#include <thread>

namespace quickclinic::store {
namespace {

class SqliteStoreFile : public testing::Test {
 protected:
  std::unique_ptr<SqliteStore> open() { return SqliteStore::open({.path = path_}).value(); }

  static chat::Relation add_pair(SqliteStore& store) {
    const auto add = [&store](const char* email, chat::Role role) {
      return await(
                 store.add_user({.email = email, .name = "N", .password_hash = "*", .role = role}))
          .value();
    };
    const auto doctor = add("d@clinic.example", chat::Role::doctor);
    const auto patient = add("p@clinic.example", chat::Role::patient);
    return await(store.add_relation(doctor.id, patient.id)).value().relation;
  }

  static chat::NewMessage message(const chat::Relation& pair, std::string text) {
    return {.id = chat::new_message_id(),
            .relation = pair.id,
            .sender = pair.doctor,
            .text = std::move(text)};
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "clinic.db";
};

TEST_F(SqliteStoreFile, KeepsEverythingWhenItIsOpenedAgain) {
  auto store = open();
  const auto pair = add_pair(*store);
  const auto sent = await(store->append(message(pair, "hello"))).value();
  await(store->mark_read(pair.id, pair.patient, sent.message.id)).value();
  await(store->revoke_token("hash", WallTime::max())).value();
  store.reset();

  store = open();

  const auto page = await(store->page(pair.id, {})).value();
  ASSERT_EQ(page.messages.size(), 1U);
  EXPECT_EQ(page.messages[0].text, "hello");
  EXPECT_EQ(page.messages[0].created_at, sent.message.created_at);
  EXPECT_EQ(page.marks.at(0).message, sent.message.id);
  EXPECT_TRUE(await(store->is_revoked("hash")).value());
  EXPECT_EQ(await(store->find_membership(pair.id))->patient.id, pair.patient);
}

TEST_F(SqliteStoreFile, AnswersEveryoneWhoWaitsBeforeItCloses) {
  auto store = open();
  const auto pair = add_pair(*store);
  asio::io_context loop;
  std::deque<Answer<chat::Appended>> appends(700);
  std::deque<Answer<chat::MessagePage>> pages(100);
  for (auto& answer : appends) start(loop, store->append(message(pair, "x")), answer);
  for (auto& answer : pages) start(loop, store->page(pair.id, {}), answer);
  loop.poll();

  store.reset();
  loop.run();

  for (const auto& answer : appends) EXPECT_TRUE(answer.result.value());
  for (const auto& answer : pages) EXPECT_TRUE(answer.result.value());
  store = open();
  EXPECT_EQ(await(store->page(pair.id, {}))->total, 700);
}

TEST_F(SqliteStoreFile, RefusesWhatItsBoundsDoNotHold) {
  auto store =
      SqliteStore::open({.path = path_, .limits = {.appends_max = 0, .reads_max = 0}}).value();

  EXPECT_EQ(await(store->append({})).error().code, chat::StoreError::overloaded);
  EXPECT_EQ(await(store->ping()).error().code, chat::StoreError::overloaded);
}

TEST_F(SqliteStoreFile, IsSharedByTwoProcesses) {
  std::array<std::unique_ptr<SqliteStore>, 2> stores = {open(), open()};
  const auto pair = add_pair(*stores[0]);
  constexpr int each = 150;
  std::vector<std::thread> processes;
  for (auto& store : stores) {
    processes.emplace_back([&store, &pair] {
      for (int i = 0; i < each; ++i) {
        const auto sent = await(store->append(message(pair, "x")));
        ASSERT_TRUE(sent) << sent.error().describe();
      }
    });
  }
  for (auto& process : processes) process.join();

  for (auto& store : stores) {
    std::optional<WallTime> last;
    std::set<std::string> ids;
    for (int number = 1; number <= 3; ++number) {
      const auto page = await(
          store->page(pair.id, {.page = number, .limit = 100, .order = chat::PageOrder::oldest}));
      ASSERT_EQ(page->total, 2 * each);
      for (const auto& stored : page->messages) {
        EXPECT_TRUE(!last || stored.created_at > *last);
        last = stored.created_at;
        ids.insert(stored.id.text());
      }
    }
    EXPECT_EQ(ids.size(), 2U * each);
  }
}

TEST_F(SqliteStoreFile, MakesOneRelationThoughTwoProcessesAsk) {
  std::array<std::unique_ptr<SqliteStore>, 2> stores = {open(), open()};
  const auto pair = add_pair(*stores[0]);
  const auto other = await(stores[1]->add_user({.email = "q@clinic.example",
                                                .name = "Q",
                                                .password_hash = "*",
                                                .role = chat::Role::patient}))
                         .value();
  std::array<std::optional<Result<chat::AddedRelation>>, 2> made;
  std::vector<std::thread> processes;
  for (std::size_t i = 0; i < stores.size(); ++i) {
    processes.emplace_back(
        [&, i] { made[i] = await(stores[i]->add_relation(pair.doctor, other.id)); });
  }
  for (auto& process : processes) process.join();

  EXPECT_EQ(made[0]->value().relation.id, made[1]->value().relation.id);
  EXPECT_NE(made[0]->value().added, made[1]->value().added);
  EXPECT_EQ(await(stores[0]->list_relations())->size(), 2U);
}

TEST_F(SqliteStoreFile, SendsARepeatedIdFromAnotherProcessOnce) {
  std::array<std::unique_ptr<SqliteStore>, 2> stores = {open(), open()};
  const auto pair = add_pair(*stores[0]);
  const auto sent = message(pair, "once");

  const auto first = await(stores[0]->append(sent)).value();
  const auto second = await(stores[1]->append(sent)).value();

  EXPECT_TRUE(first.stored);
  EXPECT_FALSE(second.stored);
  EXPECT_EQ(second.message.created_at, first.message.created_at);
  EXPECT_EQ(await(stores[1]->page(pair.id, {}))->total, 1);
}

}  // namespace
}  // namespace quickclinic::store
