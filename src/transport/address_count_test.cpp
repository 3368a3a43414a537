#include "transport/address_count.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace quickclinic::transport {
namespace {

PeerAddress at(std::string_view text) { return PeerAddress::parse(text).value(); }

TEST(AddressCount, RefusesOneTooManyFromAnAddress) {
  AddressCount count(2);

  EXPECT_TRUE(count.enter(at("192.0.2.1")));
  EXPECT_TRUE(count.enter(at("192.0.2.1")));
  EXPECT_FALSE(count.enter(at("192.0.2.1")));
  EXPECT_TRUE(count.enter(at("192.0.2.2")));
}

TEST(AddressCount, LetsTheNextInWhenOneHasLeft) {
  AddressCount count(1);
  EXPECT_TRUE(count.enter(at("192.0.2.1")));

  count.leave(at("192.0.2.1"));

  EXPECT_TRUE(count.enter(at("192.0.2.1")));
  EXPECT_FALSE(count.enter(at("192.0.2.1")));
}

TEST(AddressCount, TakesANetworkOfIpv6ForOne) {
  AddressCount count(1);

  EXPECT_TRUE(count.enter(at("2001:db8:0:1::1")));
  EXPECT_FALSE(count.enter(at("2001:db8:0:1:ffff::2")));
  EXPECT_TRUE(count.enter(at("2001:db8:0:2::1")));
}

}  // namespace
}  // namespace quickclinic::transport
