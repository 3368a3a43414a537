#include "transport/outbox.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>

namespace quickclinic::transport {
namespace {

// Takes as many bytes per write as it is told to, then would block; keeps what it took.
class NarrowStream final : public Stream {
 public:
  explicit NarrowStream(std::deque<std::size_t> room)
      : Stream(FileDescriptor()), room_(std::move(room)) {}

  IoResult read(std::span<char>) override { return {}; }
  IoResult write(std::span<const iovec> pieces) override {
    if (room_.empty()) return {IoStatus::would_block, 0};
    std::size_t left = room_.front();
    room_.pop_front();
    const std::size_t before = taken.size();
    for (const iovec& piece : pieces) {
      const std::size_t bytes = std::min(left, piece.iov_len);
      taken.append(static_cast<const char*>(piece.iov_base), bytes);
      left -= bytes;
    }
    ++writes;
    return {IoStatus::ok, taken.size() - before};
  }
  void shutdown() override {}
  void widen(std::size_t bytes) { room_.push_back(bytes); }

  std::string taken;
  int writes = 0;

 private:
  std::deque<std::size_t> room_;
};

TEST(OutboxWrite, GathersPiecesInOrder) {
  Outbox outbox;
  outbox.push(std::string("head "));
  outbox.push(engineio::Frame::text("4hi"));
  outbox.push(std::string(" tail"));
  NarrowStream stream({1000});

  EXPECT_EQ(outbox.write(stream), IoStatus::ok);

  EXPECT_EQ(stream.taken,
            "head \x81\x03"
            "4hi tail");
  EXPECT_EQ(stream.writes, 1);
  EXPECT_TRUE(outbox.empty());
}

TEST(OutboxWrite, GoesOnWhereItStoppedWhateverTheStep) {
  for (std::size_t step = 1; step <= 12; ++step) {
    Outbox outbox;
    for (const char* piece : {"abc", "d", "", "efgh", "ij"}) outbox.push(std::string(piece));
    NarrowStream stream({});

    while (outbox.write(stream) == IoStatus::would_block) {
      stream.widen(step);
    }

    EXPECT_EQ(stream.taken, "abcdefghij") << step;
    EXPECT_TRUE(outbox.empty());
  }
}

TEST(OutboxWrite, TakesLastingBytesFromWhereTheyAre) {
  const std::string asset = "a large asset";
  Outbox outbox;
  outbox.push(std::string("head "));
  outbox.push_lasting(asset);
  outbox.push(std::string(" tail"));
  NarrowStream stream({7});

  EXPECT_EQ(outbox.write(stream), IoStatus::would_block);
  stream.widen(1000);
  EXPECT_EQ(outbox.write(stream), IoStatus::ok);

  EXPECT_EQ(stream.taken, "head a large asset tail");
}

TEST(OutboxWrite, TakesMorePiecesThanOneWriteGathers) {
  Outbox outbox;
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    outbox.push(std::to_string(i));
    expected += std::to_string(i);
  }
  NarrowStream stream(std::deque<std::size_t>(1000, 100'000));

  EXPECT_EQ(outbox.write(stream), IoStatus::ok);

  EXPECT_EQ(stream.taken, expected);
}

TEST(OutboxWrite, KeepsAFrameAliveUntilItHasGone) {
  Outbox outbox;
  engineio::FramePtr frame = engineio::Frame::text("4hello");
  const std::weak_ptr<const engineio::Frame> watched = frame;
  outbox.push(std::move(frame));
  NarrowStream stream({3});

  EXPECT_EQ(outbox.write(stream), IoStatus::would_block);
  EXPECT_FALSE(watched.expired());
  stream.widen(100);
  EXPECT_EQ(outbox.write(stream), IoStatus::ok);

  EXPECT_TRUE(watched.expired());
}

TEST(OutboxClear, ForgetsEverything) {
  Outbox outbox;
  outbox.push(std::string("abc"));

  outbox.clear();

  EXPECT_TRUE(outbox.empty());
  EXPECT_EQ(outbox.size(), 0U);
}

}  // namespace
}  // namespace quickclinic::transport
