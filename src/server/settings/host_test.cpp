#include "server/settings/host.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quickclinic::settings {
namespace {

TEST(Host, IsAnAddressOrAName) {
  for (const char* host : {"0.0.0.0", "127.0.0.1", "::", "::1", "fe80::1", "localhost", "chat",
                           "a-b.clinic.example", "10.example"}) {
    EXPECT_TRUE(is_host(host)) << host;
  }
  for (const std::string host :
       {"", " ", "a b", "256.0.0.1", "127.0.0", "1.2.3.4.5", "a..b", ".a", "a.", "-a", "a-",
        "http://a", "a:80", "a/b", "[::1]", "a_b", "\xC3\xA4", "a\n"}) {
    EXPECT_FALSE(is_host(host)) << host;
  }
  EXPECT_FALSE(is_host(std::string(64, 'a')));
}

TEST(HostLoopback, IsThisMachineAlone) {
  for (const char* host : {"localhost", "127.0.0.1", "127.255.255.254", "::1", "0:0:0:0:0:0:0:1"}) {
    EXPECT_TRUE(is_loopback_host(host)) << host;
  }
  for (const char* host : {"", "0.0.0.0", "::", "128.0.0.1", "10.0.0.1", "localhost.example",
                           "127.0.0.1.example", "::2", "127.1", "1.0.0.127", "::ffff:10.0.0.1"}) {
    EXPECT_FALSE(is_loopback_host(host)) << host;
  }
}

}  // namespace
}  // namespace quickclinic::settings
