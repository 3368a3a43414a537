#include "transport/peer_address.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

namespace quickclinic::transport {
namespace {

PeerAddress ipv4(const char* text) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(4000);
  EXPECT_EQ(inet_pton(AF_INET, text, &address.sin_addr), 1);
  return PeerAddress(reinterpret_cast<const sockaddr&>(address));
}

PeerAddress ipv6(const char* text) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  EXPECT_EQ(inet_pton(AF_INET6, text, &address.sin6_addr), 1);
  return PeerAddress(reinterpret_cast<const sockaddr&>(address));
}

TEST(PeerAddressText, IsTheUsualForm) {
  EXPECT_EQ(ipv4("192.0.2.1").text(), "192.0.2.1");
  EXPECT_EQ(ipv4("192.0.2.1").port(), 4000);
  EXPECT_EQ(ipv6("2001:db8::1").text(), "2001:db8::1");
  EXPECT_EQ(ipv6("::ffff:192.0.2.1").text(), "192.0.2.1");
}

TEST(PeerAddressLoopback, HoldsForTheMachineItselfOnly) {
  EXPECT_TRUE(ipv4("127.0.0.1").loopback());
  EXPECT_TRUE(ipv4("127.8.8.8").loopback());
  EXPECT_TRUE(ipv6("::1").loopback());
  EXPECT_TRUE(ipv6("::ffff:127.0.0.1").loopback());

  EXPECT_FALSE(PeerAddress().loopback());
  EXPECT_FALSE(ipv4("10.0.0.1").loopback());
  EXPECT_FALSE(ipv4("0.0.0.0").loopback());
  EXPECT_FALSE(ipv6("::7f00:1").loopback());
}

}  // namespace
}  // namespace quickclinic::transport
