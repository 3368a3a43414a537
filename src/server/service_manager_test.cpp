#include "server/service_manager.hpp"

#include "transport/file_descriptor.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace quickclinic::server {
namespace {

using std::chrono::milliseconds;

// The variables of a service manager, for one test.
class ServiceManagerTest : public ::testing::Test {
 protected:
  ServiceManagerTest() { forget(); }
  ~ServiceManagerTest() override { forget(); }

  static void forget() {
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(name);
  }
  static void set(const char* name, const std::string& value) { ::setenv(name, value.c_str(), 1); }
};

TEST_F(ServiceManagerTest, IsToldThroughItsSocket) {
  const transport::FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  // Bound to nothing but its family: the kernel chooses an abstract name.
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof(sa_family_t)), 0);
  socklen_t size = sizeof address;
  ASSERT_EQ(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  const std::size_t length = size - offsetof(sockaddr_un, sun_path) - 1;
  set("NOTIFY_SOCKET", "@" + std::string(address.sun_path + 1, length));

  ServiceManager::from_environment().tell("READY=1");

  std::array<char, 64> buffer{};
  const ssize_t got = ::recv(socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  ASSERT_GT(got, 0);
  EXPECT_EQ(std::string(buffer.data(), static_cast<std::size_t>(got)), "READY=1");
}

TEST_F(ServiceManagerTest, NeedNotBeThere) {
  ServiceManager::from_environment().tell("READY=1");
  set("NOTIFY_SOCKET", "/no/such/socket");
  ServiceManager::from_environment().tell("READY=1");
}

TEST_F(ServiceManagerTest, SaysHowLongItsWatchdogWaits) {
  EXPECT_EQ(ServiceManager::from_environment().watchdog(), std::nullopt);
  set("WATCHDOG_USEC", "30000000");
  EXPECT_EQ(ServiceManager::from_environment().watchdog(), milliseconds(30'000));
  set("WATCHDOG_PID", std::to_string(::getpid()));
  EXPECT_EQ(ServiceManager::from_environment().watchdog(), milliseconds(30'000));
}

TEST_F(ServiceManagerTest, WatchesNoOtherProcessAndTakesNoNonsense) {
  for (const char* value : {"", "0", "-1", "soon", "99999999999999999999"}) {
    set("WATCHDOG_USEC", value);
    EXPECT_EQ(ServiceManager::from_environment().watchdog(), std::nullopt) << value;
  }
  set("WATCHDOG_USEC", "30000000");
  set("WATCHDOG_PID", "1");
  EXPECT_EQ(ServiceManager::from_environment().watchdog(), std::nullopt);
}

}  // namespace
}  // namespace quickclinic::server
