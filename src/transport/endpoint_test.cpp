#include "transport/endpoint.hpp"

#include "transport/transport_error.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>

namespace quickclinic::transport {
namespace {

const Endpoint loopback{.host = "127.0.0.1"};

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

TEST(EndpointPort, IsSharedBetweenShards) {
  const auto first = open_listening_socket(loopback).value();
  const std::uint16_t port = local_port(first.get());

  const auto second = open_listening_socket({.host = "127.0.0.1", .port = port});

  ASSERT_TRUE(second);
  EXPECT_EQ(local_port(second->get()), port);
}

TEST(EndpointPort, IsNotFreeWhileSomebodyListens) {
  const auto socket = open_listening_socket(loopback).value();
  const Endpoint taken{.host = "127.0.0.1", .port = local_port(socket.get())};

  const auto free = check_free(taken);

  ASSERT_FALSE(free);
  EXPECT_EQ(free.error().code, make_error_code(TransportError::port_in_use));
  EXPECT_EQ(free.error().context, "port " + std::to_string(taken.port) + " is in use");
}

TEST(EndpointPort, IsFreeAfterItsServerHasStopped) {
  auto socket = open_listening_socket(loopback).value();
  const Endpoint endpoint{.host = "127.0.0.1", .port = local_port(socket.get())};
  const FileDescriptor client = connect_to(endpoint.port);

  FileDescriptor(::accept(socket.get(), nullptr, nullptr)).reset();  // now in TIME_WAIT or so
  socket.reset();

  EXPECT_TRUE(check_free(endpoint));
}

TEST(EndpointDescriptor, IsTakenOverBoundAndMadeToListen) {
  FileDescriptor bound(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(bound.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const int fd = bound.get();

  const auto socket = open_listening_socket({.bound_fd = bound.release()}).value();

  EXPECT_EQ(socket.get(), fd);
  EXPECT_NE(::fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
  connect_to(local_port(fd));
}

TEST(EndpointAddress, IsRefusedWhenItIsNone) {
  const auto socket = open_listening_socket({.host = "not an address"});

  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().context, "\"not an address\" is not an IP address");
}

TEST(EndpointAddress, IsRefusedWhenItIsAnotherMachines) {
  const auto socket = open_listening_socket({.host = "192.0.2.1"});

  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().context, "192.0.2.1 is not an address of this machine");
}

class EndpointFile : public testing::Test {
 protected:
  EndpointFile() {
    std::string name = (std::filesystem::temp_directory_path() / "quickclinic-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    path = folder / "socket";
    endpoint.host = "unix:" + path.string();
  }
  ~EndpointFile() override { std::filesystem::remove_all(folder); }

  bool can_connect() const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, path.c_str());
    const FileDescriptor client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    return ::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
           0;
  }

  std::filesystem::path folder;
  std::filesystem::path path;
  Endpoint endpoint;
};

TEST_F(EndpointFile, IsMadeWithItsMode) {
  endpoint.unix_mode = 0600;

  const auto socket = open_listening_socket(endpoint);

  ASSERT_TRUE(socket);
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_TRUE(S_ISSOCK(status.st_mode));
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_TRUE(can_connect());
}

TEST_F(EndpointFile, ReplacesOneThatNobodyListensTo) {
  open_listening_socket(endpoint).value().reset();
  ASSERT_TRUE(std::filesystem::exists(path));
  ASSERT_FALSE(can_connect());

  EXPECT_TRUE(check_free(endpoint));
  const auto socket = open_listening_socket(endpoint);

  ASSERT_TRUE(socket);
  EXPECT_TRUE(can_connect());
}

TEST_F(EndpointFile, IsNotFreeWhileSomebodyListens) {
  const auto socket = open_listening_socket(endpoint).value();

  const auto free = check_free(endpoint);
  const auto second = open_listening_socket(endpoint);

  ASSERT_FALSE(free);
  EXPECT_EQ(free.error().context, path.string() + " is in use");
  EXPECT_FALSE(second);
  EXPECT_TRUE(can_connect());
}

TEST_F(EndpointFile, DoesNotReplaceWhatIsNoSocket) {
  std::ofstream(path) << "precious";

  const auto socket = open_listening_socket(endpoint);

  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().context, path.string() + " is in use");
  EXPECT_TRUE(std::filesystem::is_regular_file(path));
}

TEST_F(EndpointFile, IsRefusedWhenItsPathIsTooLongOrEmpty) {
  for (const std::string& bad : {std::string(), std::string(108, 'x')}) {
    endpoint.host = "unix:" + bad;
    const auto socket = open_listening_socket(endpoint);
    ASSERT_FALSE(socket);
    EXPECT_EQ(socket.error().code, make_error_code(TransportError::bad_address));
  }
}

TEST_F(EndpointFile, IsRefusedWhereThereIsNoFolder) {
  endpoint.host = "unix:" + (folder / "nowhere" / "socket").string();

  const auto socket = open_listening_socket(endpoint);

  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().context, "cannot listen on " + (folder / "nowhere" / "socket").string() +
                                        ": No such file or directory");
}

TEST_F(EndpointFile, IsRemovedAtTheEnd) {
  const auto socket = open_listening_socket(endpoint).value();
  SocketFile file(path.string());

  file.remove();

  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(EndpointFile, IsLeftToWhoeverHasTakenItsPlace) {
  const auto first = open_listening_socket(endpoint).value();
  SocketFile file(path.string());
  std::filesystem::rename(path, folder / "moved");  // so that its inode is not free for the next
  const auto second = open_listening_socket(endpoint).value();

  file.remove();

  EXPECT_TRUE(can_connect());
}

}  // namespace
}  // namespace quickclinic::transport
