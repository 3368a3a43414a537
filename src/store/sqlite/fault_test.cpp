#include "base/log.hpp"
#include "chat/message_id.hpp"
#include "store/contract/await.hpp"
#include "store/contract/temporary_folder.hpp"
#include "store/sqlite/fault_vfs.hpp"
#include "store/sqlite/sqlite_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace quickclinic::store {
namespace {

using chat::StoreError;
using Fault = FaultVfs::Fault;
using Lasting = FaultVfs::Lasting;

// Short, so that folding the log into the file happens, and fails, within the test.
constexpr int checkpoint_pages = 12;

std::unique_ptr<SqliteStore> open_store(const std::filesystem::path& path,
                                        const std::string& vfs = {}) {
  return SqliteStore::open({.path = path, .vfs = vfs, .checkpoint_pages = checkpoint_pages})
      .value();
}

chat::Relation add_pair(SqliteStore& store) {
  const auto doctor = await(store.add_user({.email = "d@clinic.example",
                                            .name = "D",
                                            .password_hash = "*",
                                            .role = chat::Role::doctor}));
  const auto patient = await(store.add_user({.email = "p@clinic.example",
                                             .name = "P",
                                             .password_hash = "*",
                                             .role = chat::Role::patient}));
  return await(store.add_relation(doctor->id, patient->id)).value().relation;
}

/// What the callers were told.
struct Told {
  std::set<std::string> stored;
  std::set<std::string> refused;
};

// Sends batches of messages, several in flight at once, and collects what was told of each.
void send_batches(SqliteStore& store, const chat::Relation& pair, Told& told) {
  constexpr int batches = 6;
  constexpr int each = 5;
  for (int batch = 0; batch < batches; ++batch) {
    asio::io_context loop;
    std::deque<Answer<chat::Appended>> answers(each);
    std::vector<std::string> ids;
    for (auto& answer : answers) {
      ids.push_back(chat::new_message_id().text());
      start(loop,
            store.append({.id = chat::MessageId(ids.back()),
                          .relation = pair.id,
                          .sender = pair.doctor,
                          .text = std::string(1500, 'x')}),
            answer);
    }
    loop.run();
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const auto& result = *answers[i].result;
      (result ? told.stored : told.refused).insert(ids[i]);
      if (!result)
        EXPECT_EQ(result.error().code, StoreError::unavailable) << result.error().describe();
    }
  }
}

std::set<std::string> ids_in(SqliteStore& store, const chat::Relation& pair) {
  std::set<std::string> ids;
  for (std::int64_t number = 1;; ++number) {
    const auto page = await(store.page(pair.id, {.page = number, .limit = 100})).value();
    for (const auto& message : page.messages) ids.insert(message.id.text());
    if (page.messages.empty()) {
      EXPECT_EQ(page.total, static_cast<std::int64_t>(ids.size()));
      return ids;
    }
  }
}

void expect_intact(const std::filesystem::path& path) {
  auto connection = Connection::open({.path = path}).value();
  Query check(connection, "PRAGMA integrity_check");
  ASSERT_TRUE(check.next().value());
  EXPECT_EQ(check.text(0), "ok");
  Query keys(connection, "PRAGMA foreign_key_check");
  EXPECT_FALSE(keys.next().value());
}

// The store as it would be found had the machine stopped at this moment.
void expect_after_crash(const std::filesystem::path& path, const chat::Relation& pair,
                        const Told& told) {
  const TemporaryFolder wreck;
  const auto copy = wreck.path() / "clinic.db";
  std::filesystem::copy_file(path, copy);
  auto log = path;
  log += "-wal";
  if (std::filesystem::exists(log)) {
    auto log_copy = copy;
    log_copy += "-wal";
    std::filesystem::copy_file(log, log_copy);
  }
  auto store = open_store(copy);
  EXPECT_EQ(ids_in(*store, pair), told.stored);
  store.reset();
  expect_intact(copy);
}

class StoreFaults : public testing::TestWithParam<Fault> {
 protected:
  StoreFaults() {
    log::configure({.level = log::Level::off});
  }  // hundreds of failures, all on purpose
  ~StoreFaults() override { log::configure({}); }
};

// Fails the first operation, then the second … until a run meets no fault. The workload ends with a
// crash.
TEST_P(StoreFaults, LoseNothingAcknowledgedAndKeepNothingRefused) {
  FaultVfs vfs;
  bool struck = true;
  int runs = 0;
  bool refused_some = false;
  for (; struck; ++runs) {
    ASSERT_LT(runs, 500);
    SCOPED_TRACE("operation " + std::to_string(runs + 1));
    const TemporaryFolder folder;
    const auto path = folder.path() / "clinic.db";
    auto store = open_store(path, FaultVfs::name());
    const auto pair = add_pair(*store);
    Told told;

    vfs.fail(GetParam(), runs + 1, Lasting::once);
    send_batches(*store, pair, told);
    struck = vfs.heal();

    refused_some = refused_some || !told.refused.empty();
    EXPECT_EQ(ids_in(*store, pair), told.stored);
    expect_after_crash(path, pair, told);
    store.reset();
    store = open_store(path);
    EXPECT_EQ(ids_in(*store, pair), told.stored);
    store.reset();
    expect_intact(path);
  }
  // Otherwise the faults have struck where nobody noticed, and this test has tested nothing.
  EXPECT_TRUE(refused_some);
  EXPECT_GT(runs, 10);
}

TEST_P(StoreFaults, ThatLastAreOverWhenTheDiskIsWellAgain) {
  FaultVfs vfs;
  const TemporaryFolder folder;
  const auto path = folder.path() / "clinic.db";
  auto store = open_store(path, FaultVfs::name());
  const auto pair = add_pair(*store);
  Told told;
  send_batches(*store, pair, told);

  vfs.fail(GetParam(), 1, Lasting::until_healed);
  Told failing;
  send_batches(*store, pair, failing);
  EXPECT_TRUE(failing.stored.empty());
  EXPECT_EQ(ids_in(*store, pair), told.stored) << "history is served while nothing can be stored";
  ASSERT_TRUE(vfs.heal());
  send_batches(*store, pair, told);

  EXPECT_TRUE(told.refused.empty());
  expect_after_crash(path, pair, told);
  store.reset();
  store = open_store(path);
  EXPECT_EQ(ids_in(*store, pair), told.stored);
}

TEST_P(StoreFaults, WhileOpeningLeaveADatabaseThatOpensLater) {
  FaultVfs vfs;
  bool struck = true;
  int runs = 0;
  int failed = 0;
  for (; struck; ++runs) {
    ASSERT_LT(runs, 500);
    SCOPED_TRACE("operation " + std::to_string(runs + 1));
    const TemporaryFolder folder;
    const auto path = folder.path() / "clinic.db";

    vfs.fail(GetParam(), runs + 1, Lasting::once);
    auto opened = SqliteStore::open({.path = path, .vfs = FaultVfs::name()});
    if (!opened) ++failed;
    opened = std::unique_ptr<SqliteStore>();
    struck = vfs.heal();

    auto store = open_store(path);
    const auto pair = add_pair(*store);
    EXPECT_TRUE(ids_in(*store, pair).empty());
    store.reset();
    expect_intact(path);
  }
  EXPECT_GT(failed, 1);
}

std::string fault_name(const testing::TestParamInfo<Fault>& info) {
  switch (info.param) {
    case Fault::write_error:
      return "WriteError";
    case Fault::disk_full:
      return "DiskFull";
    case Fault::sync_error:
      return "SyncError";
  }
  return "Unknown";
}

INSTANTIATE_TEST_SUITE_P(Every, StoreFaults,
                         testing::Values(Fault::write_error, Fault::disk_full, Fault::sync_error),
                         fault_name);

}  // namespace
}  // namespace quickclinic::store
