#include "transport/listener.hpp"

#include <arpa/inet.h>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <chrono>
#include <fcntl.h>
#include <vector>

namespace quickclinic::transport {
namespace {

const Endpoint loopback{.host = "127.0.0.1"};

int option(const FileDescriptor& socket, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  EXPECT_EQ(::getsockopt(socket.get(), level, name, &value, &size), 0);
  return value;
}

FileDescriptor connect_to(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  FileDescriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_EQ(::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
            0);
  return client;
}

class ListenerTest : public testing::Test {
 protected:
  Result<std::unique_ptr<Listener>> open(const Endpoint& endpoint) {
    return Listener::open(*poller, wheel, open_listening_socket(endpoint).value(),
                          [this](FileDescriptor socket, const PeerAddress& peer) {
                            accepted.push_back(std::move(socket));
                            peers.push_back(peer);
                          });
  }
  void run_once() {
    context.restart();
    context.run_one();
  }

  boost::asio::io_context context{1};
  TimerWheel wheel{Clock::now()};
  std::unique_ptr<Poller> poller = Poller::open(context).value();
  std::vector<FileDescriptor> accepted;
  std::vector<PeerAddress> peers;
};

TEST_F(ListenerTest, AcceptsAConnectionReadyForTheShard) {
  const auto listener = open(loopback).value();

  const FileDescriptor client = connect_to(listener->port());
  run_once();

  ASSERT_EQ(accepted.size(), 1U);
  EXPECT_EQ(option(accepted[0], IPPROTO_TCP, TCP_NODELAY), 1);
  EXPECT_NE(::fcntl(accepted[0].get(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(::fcntl(accepted[0].get(), F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_EQ(peers[0].text(), "127.0.0.1");
}

TEST_F(ListenerTest, MayBeStoppedByItsHandler) {
  std::unique_ptr<Listener> listener;
  int count = 0;
  listener = Listener::open(*poller, wheel, open_listening_socket(loopback).value(),
                            [&](FileDescriptor, const PeerAddress&) {
                              ++count;
                              listener->stop();
                            })
                 .value();
  const FileDescriptor one = connect_to(listener->port());
  const FileDescriptor two = connect_to(listener->port());

  run_once();

  EXPECT_EQ(count, 1);
}

// Lowers the number of descriptors the process may have to what is open now, and puts it back.
class NoMoreDescriptors {
 public:
  NoMoreDescriptors() {
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0);
    const FileDescriptor next(::dup(0));
    rlimit tight = before_;
    tight.rlim_cur = static_cast<rlim_t>(next.get());
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  }
  ~NoMoreDescriptors() { EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before_), 0); }

 private:
  rlimit before_{};
};

TEST_F(ListenerTest, RestsWhenDescriptorsRunOutAndRecovers) {
  const auto listener = open(loopback).value();
  const FileDescriptor client = connect_to(listener->port());
  {
    const NoMoreDescriptors shortage;
    run_once();
    EXPECT_TRUE(listener->paused());
    EXPECT_TRUE(accepted.empty());
  }

  wheel.advance(Clock::now() + std::chrono::milliseconds(200));
  EXPECT_FALSE(listener->paused());
  run_once();

  EXPECT_EQ(accepted.size(), 1U);
}

}  // namespace
}  // namespace quickclinic::transport
