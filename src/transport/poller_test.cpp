#include "transport/poller.hpp"

#include "transport/file_descriptor.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

namespace quickclinic::transport {
namespace {

struct Pair {
  FileDescriptor near;
  FileDescriptor far;
};

Pair make_pair() {
  std::array<int, 2> fds{};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds.data()), 0);
  return {FileDescriptor(fds[0]), FileDescriptor(fds[1])};
}

void send_byte(const FileDescriptor& to) { EXPECT_EQ(::send(to.get(), "x", 1, 0), 1); }
void drain(const FileDescriptor& from) {
  std::array<char, 64> buffer{};
  while (::recv(from.get(), buffer.data(), buffer.size(), 0) > 0) {
  }
}

class Probe final : public Pollable {
 public:
  explicit Probe(std::function<void()> action = {}) : action_(std::move(action)) {}
  void on_ready(std::uint32_t events) override {
    seen.push_back(events);
    if (action_) action_();
  }
  std::vector<std::uint32_t> seen;

 private:
  std::function<void()> action_;
};

class PollerTest : public testing::Test {
 protected:
  // One turn of the loop: waits for the next event.
  void run_once() {
    context.restart();
    context.run_one();
  }
  boost::asio::io_context context{1};
  std::unique_ptr<Poller> poller = Poller::open(context).value();
};

TEST_F(PollerTest, TellsThatADescriptorIsReadable) {
  const Pair pair = make_pair();
  Probe probe([&] { drain(pair.near); });
  ASSERT_TRUE(poller->add(pair.near.get(), probe, EPOLLIN));

  send_byte(pair.far);
  run_once();

  ASSERT_EQ(probe.seen.size(), 1U);
  EXPECT_EQ(probe.seen[0], static_cast<std::uint32_t>(EPOLLIN));
}

TEST_F(PollerTest, TellsAgainWhatWasLeftUnread) {
  const Pair pair = make_pair();
  Probe probe;
  ASSERT_TRUE(poller->add(pair.near.get(), probe, EPOLLIN));
  send_byte(pair.far);

  run_once();
  const std::size_t before = probe.seen.size();
  run_once();

  EXPECT_GT(before, 0U);
  EXPECT_GT(probe.seen.size(), before);
}

TEST_F(PollerTest, LetsPostedWorkRunWhileEventsKeepComing) {
  const Pair pair = make_pair();
  Probe probe;  // never drains: always ready
  ASSERT_TRUE(poller->add(pair.near.get(), probe, EPOLLIN));
  send_byte(pair.far);
  bool ran = false;

  run_once();
  boost::asio::post(context, [&] { ran = true; });
  for (int turn = 0; turn < 3 && !ran; ++turn) run_once();

  EXPECT_TRUE(ran);
}

TEST_F(PollerTest, FollowsAChangeOfInterest) {
  const Pair pair = make_pair();
  Probe probe;
  ASSERT_TRUE(poller->add(pair.near.get(), probe, EPOLLIN));

  ASSERT_TRUE(poller->modify(pair.near.get(), probe, EPOLLOUT));
  run_once();

  ASSERT_FALSE(probe.seen.empty());
  EXPECT_EQ(probe.seen[0], static_cast<std::uint32_t>(EPOLLOUT));
}

TEST_F(PollerTest, RunsTheHookOnceAfterABatch) {
  const Pair one = make_pair();
  const Pair two = make_pair();
  std::vector<char> order;
  Probe first([&] { order.push_back('e'), drain(one.near); });
  Probe second([&] { order.push_back('e'), drain(two.near); });
  poller->set_batch_end([&] { order.push_back('b'); });
  ASSERT_TRUE(poller->add(one.near.get(), first, EPOLLIN));
  ASSERT_TRUE(poller->add(two.near.get(), second, EPOLLIN));

  send_byte(one.far);
  send_byte(two.far);
  run_once();

  EXPECT_EQ(order, (std::vector<char>{'e', 'e', 'b'}));
}

TEST_F(PollerTest, DeliversNothingToWhatWasRemovedInTheSameBatch) {
  const Pair one = make_pair();
  const Pair two = make_pair();
  int delivered = 0;
  std::array<std::optional<Probe>, 2> probes;
  const std::array fds = {one.near.get(), two.near.get()};
  // Whichever comes first removes and destroys the other.
  const auto remove_other = [&](std::size_t other) {
    ++delivered;
    if (!probes[other]) return;
    poller->remove(fds[other], *probes[other]);
    probes[other].reset();
  };
  probes[0].emplace([&] { remove_other(1), drain(one.near); });
  probes[1].emplace([&] { remove_other(0), drain(two.near); });
  ASSERT_TRUE(poller->add(fds[0], *probes[0], EPOLLIN));
  ASSERT_TRUE(poller->add(fds[1], *probes[1], EPOLLIN));

  send_byte(one.far);
  send_byte(two.far);
  run_once();

  EXPECT_EQ(delivered, 1);
}

TEST_F(PollerTest, DoesNotTakeAStaleEventForOneOfANewPollable) {
  const Pair one = make_pair();
  const Pair two = make_pair();
  const Pair quiet = make_pair();
  std::array<std::optional<Probe>, 2> probes;
  const std::array fds = {one.near.get(), two.near.get()};
  std::optional<std::size_t> replaced;
  // Whichever comes first puts a new Pollable at the address of the other, which has an event in
  // the batch.
  const auto replace = [&](std::size_t other) {
    if (replaced) return;
    replaced = other;
    poller->remove(fds[other], *probes[other]);
    probes[other].emplace();
    ASSERT_TRUE(poller->add(quiet.near.get(), *probes[other], EPOLLIN));
  };
  probes[0].emplace([&] { replace(1), drain(one.near); });
  probes[1].emplace([&] { replace(0), drain(two.near); });
  ASSERT_TRUE(poller->add(fds[0], *probes[0], EPOLLIN));
  ASSERT_TRUE(poller->add(fds[1], *probes[1], EPOLLIN));

  send_byte(one.far);
  send_byte(two.far);
  run_once();

  ASSERT_TRUE(replaced.has_value());
  EXPECT_TRUE(probes[*replaced]->seen.empty());
}

TEST_F(PollerTest, LetsAPollableRemoveItself) {
  const Pair pair = make_pair();
  std::optional<Probe> probe;
  bool called = false;
  probe.emplace([&] {
    called = true;
    poller->remove(pair.near.get(), *probe);
  });
  ASSERT_TRUE(poller->add(pair.near.get(), *probe, EPOLLIN));

  send_byte(pair.far);
  run_once();
  boost::asio::post(context, [] {});
  run_once();

  EXPECT_TRUE(called);
  EXPECT_EQ(probe->seen.size(), 1U);
}

TEST_F(PollerTest, ReportsADescriptorItCannotWatch) {
  Probe probe;

  const auto added = poller->add(-1, probe, EPOLLIN);

  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().condition(), Condition::internal);
}

TEST_F(PollerTest, LetsTheLoopEndWhenStopped) {
  poller->stop();

  context.restart();
  context.run();

  EXPECT_TRUE(context.stopped());
}

TEST_F(PollerTest, MayDieWhileItsWakeUpIsOnTheWay) {
  const Pair pair = make_pair();
  Probe probe;
  ASSERT_TRUE(poller->add(pair.near.get(), probe, EPOLLIN));
  send_byte(pair.far);

  poller->remove(pair.near.get(), probe);
  poller.reset();
  context.restart();
  context.run();

  EXPECT_TRUE(probe.seen.empty());
}

class Thrower final : public Pollable {
 public:
  explicit Thrower(std::function<void()> action) : action_(std::move(action)) {}
  void on_ready(std::uint32_t) override {
    action_();
    throw std::runtime_error("half done");
  }
  void on_failure() noexcept override { ++failures; }
  int failures = 0;

 private:
  std::function<void()> action_;
};

TEST_F(PollerTest, TellsAPollableThatItHasThrownAndGoesOn) {
  const Pair one = make_pair();
  const Pair two = make_pair();
  int noted = 0;
  Thrower first([&] { drain(one.near); });
  Thrower second([&] { drain(two.near); });
  poller->set_failure_hook([&] { ++noted; });
  ASSERT_TRUE(poller->add(one.near.get(), first, EPOLLIN));
  ASSERT_TRUE(poller->add(two.near.get(), second, EPOLLIN));

  send_byte(one.far);
  send_byte(two.far);
  run_once();

  EXPECT_EQ(first.failures, 1);
  EXPECT_EQ(second.failures, 1);
  EXPECT_EQ(noted, 2);
}

TEST_F(PollerTest, DoesNotTellAPollableThatHasLeft) {
  const Pair pair = make_pair();
  std::unique_ptr<Thrower> thrower;
  int noted = 0;
  thrower = std::make_unique<Thrower>([&] { poller->remove(pair.near.get(), *thrower); });
  poller->set_failure_hook([&] { ++noted; });
  ASSERT_TRUE(poller->add(pair.near.get(), *thrower, EPOLLIN));

  send_byte(pair.far);
  run_once();

  EXPECT_EQ(thrower->failures, 0);
  EXPECT_EQ(noted, 1);
}

}  // namespace
}  // namespace quickclinic::transport
