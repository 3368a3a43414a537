#include "store/sqlite/job_queue.hpp"

#include "chat/store.hpp"
#include "store/sqlite/probe_job.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <deque>
#include <thread>

namespace quickclinic::store {
namespace {

using chat::StoreError;
using std::chrono::seconds;

class JobQueueBounds : public testing::Test {
 protected:
  std::unique_ptr<Job> job() { return job_on(loop_); }
  std::unique_ptr<Job> job_on(asio::io_context& loop) {
    return std::make_unique<ProbeJob>(loop.get_executor(), records_.emplace_back());
  }
  JobQueue queue(std::size_t jobs_max) {
    return JobQueue({.jobs_max = jobs_max, .wait_max = seconds(5)}, [this] { return now_; });
  }
  std::error_code refusal(std::size_t index) { return records_[index].answer.value().error().code; }

  asio::io_context loop_;
  std::deque<ProbeJob::Record> records_;
  TimePoint now_{seconds(1000)};
};

TEST_F(JobQueueBounds, TakeUpToAsManyAsWereAskedForInOrder) {
  JobQueue jobs(queue(10));
  for (int i = 0; i < 5; ++i) jobs.submit(job());

  Jobs first = jobs.take(3);
  Jobs rest = jobs.take(3);

  EXPECT_EQ(first.size(), 3U);
  EXPECT_EQ(rest.size(), 2U);
  resume_all(std::move(first));
  EXPECT_EQ(loop_.poll(), 1U) << "one post for all callers of an executor";
  EXPECT_TRUE(records_[0].answer && records_[1].answer && records_[2].answer);
  EXPECT_FALSE(records_[3].answer || records_[4].answer);
}

TEST_F(JobQueueBounds, RefuseWhatIsTooMuch) {
  JobQueue jobs(queue(2));
  for (int i = 0; i < 3; ++i) jobs.submit(job());

  loop_.poll();

  EXPECT_FALSE(records_[0].answer || records_[1].answer);
  EXPECT_EQ(refusal(2), StoreError::overloaded);
  EXPECT_EQ(jobs.take(10).size(), 2U);
}

TEST_F(JobQueueBounds, RefuseWhatWaitedTooLongAndTakeTheRest) {
  JobQueue jobs(queue(10));
  jobs.submit(job());
  now_ += seconds(3);
  jobs.submit(job());
  now_ += seconds(2) + std::chrono::milliseconds(1);

  const Jobs taken = jobs.take(10);
  loop_.poll();

  EXPECT_EQ(taken.size(), 1U);
  EXPECT_EQ(refusal(0), StoreError::overloaded);
  EXPECT_FALSE(records_[0].ran);
  EXPECT_FALSE(records_[1].answer);
  EXPECT_EQ(jobs.depth().refused, 1U);
  EXPECT_EQ(jobs.depth().waiting, 0U);
}

TEST_F(JobQueueBounds, TakeWhatWaitedExactlyAsLongAsItMay) {
  JobQueue jobs(queue(10));
  jobs.submit(job());
  now_ += seconds(5);

  EXPECT_EQ(jobs.take(10).size(), 1U);
}

TEST_F(JobQueueBounds, LetNothingInAfterTheEndButGiveOutTheRest) {
  JobQueue jobs(queue(10));
  jobs.submit(job());
  jobs.close();
  jobs.submit(job());
  loop_.poll();

  EXPECT_EQ(refusal(1), StoreError::unavailable);
  EXPECT_EQ(jobs.take(10).size(), 1U);
  EXPECT_TRUE(jobs.take(10).empty());
}

TEST_F(JobQueueBounds, WakeAThreadThatWaits) {
  JobQueue jobs(queue(10));
  std::vector<std::size_t> taken;
  std::thread taker([&] {
    while (true) {
      const Jobs batch = jobs.take(10);
      if (batch.empty()) return;
      taken.push_back(batch.size());
    }
  });
  jobs.submit(job());
  jobs.close();
  taker.join();

  EXPECT_EQ(taken, std::vector<std::size_t>{1});
}

TEST_F(JobQueueBounds, ReturnEmptyOnceForANudge) {
  JobQueue jobs(queue(10));
  jobs.nudge(Duration::zero());
  const Jobs nudged = jobs.take(10);
  jobs.nudge(std::chrono::hours(1));
  jobs.submit(job());

  EXPECT_TRUE(nudged.empty());
  EXPECT_FALSE(jobs.closed());
  EXPECT_EQ(jobs.take(10).size(), 1U) << "a job does not wait for the nudge";
}

TEST_F(JobQueueBounds, ResumeEachCallerOnItsOwnExecutor) {
  asio::io_context other;
  Jobs jobs;
  jobs.push_back(job());
  jobs.push_back(job_on(other));
  jobs.push_back(job());
  resume_all(std::move(jobs));

  EXPECT_EQ(loop_.poll(), 1U);
  EXPECT_TRUE(records_[0].answer && records_[2].answer);
  EXPECT_FALSE(records_[1].answer);
  EXPECT_EQ(other.poll(), 1U);
  EXPECT_TRUE(records_[1].answer);
}

}  // namespace
}  // namespace quickclinic::store
