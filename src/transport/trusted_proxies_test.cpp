#include "transport/trusted_proxies.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace quickclinic::transport {
namespace {

using Fields = std::initializer_list<std::pair<std::string_view, std::string_view>>;

Client client(std::string_view trusted, std::string_view peer, Fields fields,
              bool encrypted = false) {
  HttpRequest request;
  for (const auto& [name, value] : fields) request.headers.add(name, value);
  const auto proxies = TrustedProxies::parse(trusted).value();
  return proxies.client_of(request, PeerAddress::parse(peer).value(), encrypted);
}

std::string address(std::string_view trusted, std::string_view peer, Fields fields) {
  return client(trusted, peer, fields).address.text();
}

constexpr std::string_view forwarded_for = "X-Forwarded-For";

TEST(TrustedProxiesClient, IsThePeerWhenNobodyIsTrusted) {
  for (const std::string_view peer : {"127.0.0.1", "10.0.0.1", "::1", "203.0.113.9"}) {
    const Client found = client("none", peer,
                                {{forwarded_for, "198.51.100.1"},
                                 {"Forwarded", "for=198.51.100.2;proto=https"},
                                 {"X-Forwarded-Proto", "https"}});
    EXPECT_EQ(found.address.text(), peer);
    EXPECT_FALSE(found.secure);
  }
}

TEST(TrustedProxiesClient, IsThePeerWhenItIsNoTrustedProxy) {
  const Client found = client("loopback, 10.0.0.0/8", "11.0.0.1",
                              {{forwarded_for, "127.0.0.1"}, {"X-Forwarded-Proto", "https"}});

  EXPECT_EQ(found.address.text(), "11.0.0.1");
  EXPECT_FALSE(found.secure);
}

TEST(TrustedProxiesClient, IsTheLastThatIsNoTrustedProxyItself) {
  EXPECT_EQ(address("10.0.0.0/8", "10.0.0.1", {{forwarded_for, "203.0.113.9"}}), "203.0.113.9");
  EXPECT_EQ(address("10.0.0.0/8", "10.0.0.1", {{forwarded_for, "198.51.100.1, 203.0.113.9"}}),
            "203.0.113.9");
  EXPECT_EQ(
      address("10.0.0.0/8", "10.0.0.1", {{forwarded_for, "198.51.100.1, 203.0.113.9 ,10.0.0.2"}}),
      "203.0.113.9");
  EXPECT_EQ(address("10.0.0.0/8", "10.0.0.1",
                    {{forwarded_for, "198.51.100.1"}, {"x-forwarded-for", "203.0.113.9"}}),
            "203.0.113.9");
  EXPECT_EQ(address("10.0.0.0/8", "10.0.0.1", {{forwarded_for, "10.0.0.3, 10.0.0.2"}}), "10.0.0.3");
  EXPECT_EQ(address("10.0.0.0/8", "10.0.0.1", {}), "10.0.0.1");
}

TEST(TrustedProxiesClient, MayHaveAPortAndBrackets) {
  EXPECT_EQ(address("loopback", "127.0.0.1", {{forwarded_for, "203.0.113.9:4711"}}), "203.0.113.9");
  EXPECT_EQ(address("loopback", "::1", {{forwarded_for, "2001:db8::7"}}), "2001:db8::7");
  EXPECT_EQ(address("loopback", "::1", {{forwarded_for, "[2001:db8::7]:4711"}}), "2001:db8::7");
}

TEST(TrustedProxiesClient, IsTheProxyWhoseWordIsNoAddress) {
  for (const std::string_view rubbish : {"unknown", "_hidden", "", "203.0.113.9\x01", "[::1",
                                         "1.2.3.4.5", "999.1.1.1", "203.0.113.9;drop table"}) {
    EXPECT_EQ(address("loopback", "127.0.0.1", {{forwarded_for, rubbish}}), "127.0.0.1") << rubbish;
  }
  EXPECT_EQ(address("10.0.0.0/8", "10.0.0.1", {{forwarded_for, "203.0.113.9, unknown, 10.0.0.2"}}),
            "10.0.0.2");
}

TEST(TrustedProxiesClient, IsFoundInForwardedWhereTheOtherIsMissing) {
  EXPECT_EQ(address("loopback", "127.0.0.1", {{"Forwarded", "For=203.0.113.9"}}), "203.0.113.9");
  EXPECT_EQ(address("loopback", "127.0.0.1",
                    {{"Forwarded", "for=198.51.100.1, proto=http; for=\"[2001:db8::7]:80\""}}),
            "2001:db8::7");
  EXPECT_EQ(address("loopback", "127.0.0.1",
                    {{"Forwarded", "for=198.51.100.1"}, {forwarded_for, "203.0.113.9"}}),
            "203.0.113.9");
  EXPECT_EQ(address("loopback", "127.0.0.1", {{"Forwarded", "by=203.0.113.43"}}), "127.0.0.1");
}

TEST(TrustedProxiesClient, IsSecureWhenTheProxySaysSo) {
  EXPECT_TRUE(client("loopback", "127.0.0.1", {{"X-Forwarded-Proto", "https"}}).secure);
  EXPECT_TRUE(client("loopback", "127.0.0.1", {{"X-Forwarded-Proto", "HTTPS, http"}}).secure);
  EXPECT_TRUE(client("loopback", "127.0.0.1", {{"Forwarded", "for=1.2.3.4;proto=https"}}).secure);
  EXPECT_FALSE(client("loopback", "127.0.0.1", {{"X-Forwarded-Proto", "http"}}).secure);
  EXPECT_FALSE(client("loopback", "127.0.0.1", {{"X-Forwarded-Proto", "http"}}, true).secure);
  EXPECT_TRUE(client("loopback", "127.0.0.1", {}, true).secure);
  EXPECT_TRUE(client("loopback", "10.0.0.1", {{"X-Forwarded-Proto", "http"}}, true).secure);
}

TEST(TrustedProxiesParse, TakesAddressesRangesAndWords) {
  const auto proxies = TrustedProxies::parse("loopback,private, 203.0.113.0/24 ,2001:db8::1");

  ASSERT_TRUE(proxies);
  for (const std::string_view one : {"127.0.0.9", "::1", "10.1.1.1", "172.20.0.1", "192.168.1.1",
                                     "fd00::1", "203.0.113.200", "2001:db8::1"}) {
    EXPECT_TRUE(proxies->trusts(PeerAddress::parse(one).value())) << one;
  }
  for (const std::string_view one : {"203.0.114.1", "2001:db8::2", "8.8.8.8"}) {
    EXPECT_FALSE(proxies->trusts(PeerAddress::parse(one).value())) << one;
  }
  EXPECT_FALSE(proxies->trusts(PeerAddress()));
}

TEST(TrustedProxiesParse, RefusesWhatIsNoList) {
  for (const std::string_view list : {"", ",", "loopback,", "none,loopback", "everybody", "true",
                                      "10.0.0.0/99", "nginx.example", "10.0.0.1:80"}) {
    EXPECT_FALSE(TrustedProxies::parse(list)) << list;
  }
}

TEST(TrustedProxies, KnowWhetherAnybodyBeyondThisMachineIsMeant) {
  EXPECT_FALSE(TrustedProxies::parse("none").value().beyond_loopback());
  EXPECT_FALSE(TrustedProxies::parse("loopback").value().beyond_loopback());
  EXPECT_FALSE(TrustedProxies::parse("127.0.0.1,127.8.0.0/16,::1").value().beyond_loopback());
  EXPECT_TRUE(TrustedProxies::parse("loopback,10.0.0.1").value().beyond_loopback());
}

TEST(PrivateAddress, IsOneThatNoRouteOfTheInternetLeadsTo) {
  for (const std::string_view one :
       {"127.0.0.1", "::1", "10.0.0.1", "172.17.0.2", "192.168.0.9", "100.64.0.1", "169.254.1.1",
        "fe80::1", "fd12::1", "192.0.2.2", "2001:db8::1"}) {
    EXPECT_TRUE(is_private(PeerAddress::parse(one).value())) << one;
  }
  for (const std::string_view one : {"1.2.3.4", "172.32.0.1", "2a00::1", "8.8.8.8"}) {
    EXPECT_FALSE(is_private(PeerAddress::parse(one).value())) << one;
  }
}

}  // namespace
}  // namespace quickclinic::transport
