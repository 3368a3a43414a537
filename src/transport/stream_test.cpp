#include "transport/stream.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::transport {
namespace {

class PlainStreamTest : public testing::Test {
 protected:
  PlainStreamTest() {
    std::array<int, 2> fds{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds.data()), 0);
    stream.emplace(FileDescriptor(fds[0]));
    peer = FileDescriptor(fds[1]);
  }

  static iovec piece(std::string& text) { return {text.data(), text.size()}; }
  std::string peer_reads() const {
    std::array<char, 64> text{};
    const ssize_t count = ::recv(peer.get(), text.data(), text.size(), 0);
    return count > 0 ? std::string(text.data(), static_cast<std::size_t>(count)) : std::string();
  }

  std::optional<PlainStream> stream;
  FileDescriptor peer;
  std::array<char, 4096> buffer{};
};

TEST_F(PlainStreamTest, ReadsWhatThePeerHasSent) {
  ASSERT_EQ(::send(peer.get(), "hello", 5, 0), 5);

  const IoResult result = stream->read(buffer);

  EXPECT_EQ(result.status, IoStatus::ok);
  EXPECT_EQ(std::string_view(buffer.data(), result.bytes), "hello");
}

TEST_F(PlainStreamTest, SaysWhenThereIsNothingToRead) {
  EXPECT_EQ(stream->read(buffer).status, IoStatus::would_block);
}

TEST_F(PlainStreamTest, SaysWhenThePeerHasFinished) {
  ASSERT_EQ(::shutdown(peer.get(), SHUT_WR), 0);

  EXPECT_EQ(stream->read(buffer).status, IoStatus::end);
}

TEST_F(PlainStreamTest, WritesSeveralPiecesAtOnce) {
  std::string one = "one ";
  std::string two = "two";
  const std::vector pieces = {piece(one), piece(two)};

  const IoResult result = stream->write(pieces);

  EXPECT_EQ(result.bytes, 7U);
  EXPECT_EQ(peer_reads(), "one two");
}

TEST_F(PlainStreamTest, WritesMorePiecesThanTheKernelTakesAtOnce) {
  std::string byte = "x";
  const std::vector pieces(5000, piece(byte));

  const IoResult result = stream->write(pieces);

  EXPECT_EQ(result.status, IoStatus::ok);
  EXPECT_GT(result.bytes, 0U);
  EXPECT_LT(result.bytes, pieces.size());
}

TEST_F(PlainStreamTest, SaysWhenThePeerDoesNotRead) {
  std::string block(1 << 20, 'x');
  const std::vector pieces = {piece(block)};
  IoResult result{IoStatus::ok, 0};

  while (result.status == IoStatus::ok) result = stream->write(pieces);

  EXPECT_EQ(result.status, IoStatus::would_block);
  EXPECT_EQ(result.bytes, 0U);
}

TEST_F(PlainStreamTest, FailsWithoutASignalWhenThePeerIsGone) {
  peer.reset();
  std::string text = "too late";
  const std::vector pieces = {piece(text)};

  EXPECT_EQ(stream->write(pieces).status, IoStatus::failed);
}

TEST_F(PlainStreamTest, TellsThePeerThatNothingMoreComes) {
  stream->shutdown();

  std::array<char, 1> byte{};
  EXPECT_EQ(::recv(peer.get(), byte.data(), byte.size(), 0), 0);
}

TEST(PlainStreamClose, IsAResetWhenAsked) {
  const FileDescriptor acceptor(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ASSERT_EQ(::listen(acceptor.get(), 1), 0);  // the kernel chooses the port, on every address
  ASSERT_EQ(::getsockname(acceptor.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  const FileDescriptor client(::socket(AF_INET, SOCK_STREAM, 0));
  ASSERT_EQ(::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), size), 0);

  {
    PlainStream server{FileDescriptor(::accept(acceptor.get(), nullptr, nullptr))};
    server.reset_on_close();
  }

  std::array<char, 1> byte{};
  EXPECT_EQ(::recv(client.get(), byte.data(), byte.size(), 0), -1);
  EXPECT_EQ(errno, ECONNRESET);
}

}  // namespace
}  // namespace quickclinic::transport
