#include "store/sqlite/writer.hpp"

#include "chat/store.hpp"
#include "store/contract/temporary_folder.hpp"
#include "store/sqlite/migrate.hpp"
#include "store/sqlite/probe_job.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <atomic>
#include <deque>
#include <latch>
#include <optional>
#include <stdexcept>
#include <thread>

namespace quickclinic::store {
namespace {

using chat::StoreError;

Result<> insert(Connection& connection) { return connection.execute("INSERT INTO t VALUES (1)"); }

/// A writer whose thread can be held up, so that a test decides what waits together.
class WriterTest : public testing::Test {
 protected:
  WriterTest() {
    auto connection = Connection::open({.path = path_}).value();
    migrate(connection, wall_now()).value();
    connection.execute("CREATE TABLE t (x NOT NULL)").value();
    sqlite3_commit_hook(connection.handle(), count_commit, &commits_);
    writer_.emplace(std::move(connection),
                    Writer::Options{.queue = {.jobs_max = 100, .wait_max = std::chrono::seconds(5)},
                                    .batch_max = 4,
                                    .now = Clock::now});
  }

  static int count_commit(void* commits) {
    ++*static_cast<std::atomic<int>*>(commits);
    return 0;
  }

  void submit(ProbeJob::Work work) {
    writer_->submit(
        std::make_unique<ProbeJob>(loop_.get_executor(), records_.emplace_back(), std::move(work)));
  }

  /// The writer's thread stands in the first job until `release`.
  void hold() {
    submit([this](Connection&) -> Result<> {
      held_.count_down();
      released_.wait();
      return {};
    });
    held_.wait();
  }
  void release() { released_.count_down(); }

  /// Lets the writer finish, and delivers every answer.
  void finish() {
    writer_.reset();
    loop_.restart();
    loop_.run();
  }

  std::int64_t rows() {
    auto connection = Connection::open({.path = path_}).value();
    Query count(connection, "SELECT count(*) FROM t");
    EXPECT_TRUE(count.next().value());
    return count.number(0);
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "clinic.db";
  std::atomic<int> commits_ = 0;
  asio::io_context loop_;
  std::deque<ProbeJob::Record> records_;
  std::latch held_{1};
  std::latch released_{1};
  std::optional<Writer> writer_;
};

TEST_F(WriterTest, CommitsTogetherWhatWaitedTogetherUpToTheLargestBatch) {
  hold();
  for (int i = 0; i < 10; ++i) submit(insert);
  release();
  finish();

  // The one that was held, then 4, 4 and 2.
  EXPECT_EQ(commits_, 4);
  EXPECT_EQ(rows(), 10);
  for (const auto& record : records_) EXPECT_TRUE(record.answer.value());
}

TEST_F(WriterTest, MeasuresItsBatches) {
  hold();
  for (int i = 0; i < 3; ++i) submit(insert);
  const chat::StoreMeasures before = writer_->measures();
  release();
  writer_->finish();
  const chat::StoreMeasures after = writer_->measures();
  finish();

  EXPECT_EQ(before.writes_waiting, 3U);
  EXPECT_EQ(after.writes_waiting, 0U);
  EXPECT_EQ(after.batch_sizes.count(), 2U);
  EXPECT_EQ(after.batch_sizes.sum(), 4);
  EXPECT_GT(after.batch_seconds.sum(), 0);
  EXPECT_EQ(after.batches_failed, 0U);
}

TEST_F(WriterTest, FailsAloneAJobThatAsksForTheImpossible) {
  hold();
  submit(insert);
  submit([](Connection& connection) { return connection.execute("INSERT INTO t VALUES (NULL)"); });
  submit(insert);
  release();
  finish();

  EXPECT_TRUE(records_[1].answer.value());
  EXPECT_EQ(records_[2].answer->error().code, StoreError::invalid);
  EXPECT_TRUE(records_[3].answer.value());
  EXPECT_EQ(rows(), 2);
}

TEST_F(WriterTest, FailsTheWholeBatchAndNothingElseWhenAJobThrows) {
  hold();
  for (int i = 0; i < 3; ++i) submit(insert);
  submit([](Connection&) -> Result<> { throw std::runtime_error("surprise"); });
  submit(insert);
  release();
  finish();

  for (std::size_t i = 1; i <= 4; ++i) {
    EXPECT_EQ(records_[i].answer->error().code, StoreError::unavailable) << i;
  }
  EXPECT_TRUE(records_[5].answer.value());
  EXPECT_EQ(rows(), 1);
}

TEST_F(WriterTest, AnswersUnavailableWhileAnotherProcessHoldsTheDatabase) {
  writer_.reset();
  auto connection =
      Connection::open({.path = path_, .busy_wait_max = std::chrono::milliseconds(0)}).value();
  writer_.emplace(std::move(connection),
                  Writer::Options{.queue = {.jobs_max = 100, .wait_max = std::chrono::seconds(5)},
                                  .batch_max = 4,
                                  .now = Clock::now});
  auto other = Connection::open({.path = path_}).value();
  {
    auto held = Transaction::begin(other, Transaction::Kind::write);
    submit(insert);
    const auto work = asio::make_work_guard(loop_);
    loop_.run_one();
  }
  submit(insert);
  finish();

  EXPECT_EQ(records_[0].answer->error().code, StoreError::unavailable);
  EXPECT_TRUE(records_[1].answer.value());
  EXPECT_EQ(rows(), 1);
}

TEST_F(WriterTest, FinishesWhatIsQueuedBeforeItEnds) {
  hold();
  for (int i = 0; i < 20; ++i) submit(insert);
  std::thread ending([this] { writer_.reset(); });
  release();
  ending.join();
  loop_.run();

  EXPECT_EQ(rows(), 20);
  for (const auto& record : records_) EXPECT_TRUE(record.answer.value());
}

}  // namespace
}  // namespace quickclinic::store
