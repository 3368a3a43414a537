#include "chat/audit_queue.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace quickclinic::chat {
namespace {

AuditEntry entry(const char* subject) {
  return {.action = AuditAction::connect, .subject = subject};
}

std::string subjects(const std::vector<AuditEntry>& entries) {
  std::string all;
  for (const auto& each : entries) {
    all += (each.action == AuditAction::entries_lost ? "lost:" : "") + each.subject + " ";
  }
  return all;
}

TEST(AuditQueueBounds, TellTheFirstOfThoseThatWait) {
  AuditQueue queue;

  EXPECT_TRUE(queue.empty());
  EXPECT_TRUE(queue.push(entry("a")));
  EXPECT_FALSE(queue.push(entry("b")));
  EXPECT_EQ(subjects(queue.take({})), "a b ");
  EXPECT_TRUE(queue.empty());
  EXPECT_TRUE(queue.push(entry("c")));
}

TEST(AuditQueueBounds, CountWhatIsTooMuchAndSaySo) {
  AuditQueue queue(2);
  const WallTime now(std::chrono::milliseconds(5));
  for (const char* each : {"a", "b", "c", "d", "e"}) queue.push(entry(each));

  const auto taken = queue.take(now);

  EXPECT_EQ(subjects(taken), "a b lost:3 ");
  EXPECT_EQ(taken.back().at, now);
  EXPECT_TRUE(queue.push(entry("f")));
  EXPECT_EQ(subjects(queue.take(now)), "f ");
}

TEST(AuditQueueMeasures, ArePresentWaitersAndAllThatWereEverLost) {
  AuditQueue queue(2);
  for (const char* each : {"a", "b", "c", "d", "e"}) queue.push(entry(each));
  StoreMeasures full;
  queue.measure(full);
  queue.take({});
  StoreMeasures empty;
  queue.measure(empty);

  EXPECT_EQ(full.audit_waiting, 2U);
  EXPECT_EQ(full.audit_lost, 3U);
  EXPECT_EQ(empty.audit_waiting, 0U);
  EXPECT_EQ(empty.audit_lost, 3U);
}

TEST(AuditQueueBounds, PutBackInFrontAndLoseTheLatest) {
  AuditQueue queue(3);
  queue.push(entry("a"));
  queue.push(entry("b"));
  auto taken = queue.take({});
  queue.push(entry("c"));
  queue.push(entry("d"));

  queue.put_back(std::move(taken));

  EXPECT_FALSE(queue.push(entry("e")));
  EXPECT_EQ(subjects(queue.take({})), "a b c lost:2 ");
}

}  // namespace
}  // namespace quickclinic::chat
