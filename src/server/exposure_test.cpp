#include "server/exposure.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::server {
namespace {

using settings::Settings;
using transport::PeerAddress;

PeerAddress at(std::string_view text) { return PeerAddress::parse(text).value(); }

const std::vector<PeerAddress> office = {at("127.0.0.1"), at("192.168.1.20"), at("::1"),
                                         at("fe80::1"), at("2a00::20")};
const std::vector<PeerAddress> hosted = {at("127.0.0.1"), at("1.2.3.4")};

Settings on(std::string_view host) {
  Settings settings;
  settings.host = host;
  return settings;
}

bool may_start(const Settings& settings, const std::vector<PeerAddress>& machine) {
  return check_exposure(settings, machine).has_value();
}

TEST(ExposureCheck, RefusesPlainTextWhereTheInternetComesIn) {
  const auto refused = check_exposure(on("0.0.0.0"), hosted);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().context,
            "HOST 0.0.0.0 lets the internet in (1.2.3.4), and messages and tokens would travel "
            "in plain text: set TLS_CERT and TLS_KEY, or TRUST_PROXY to the address of the proxy "
            "with TLS in front, or HOST to 127.0.0.1, or ALLOW_PLAIN_HTTP to true");
  EXPECT_FALSE(may_start(on("1.2.3.4"), office));
  EXPECT_FALSE(may_start(on("2a00::20"), {}));
  EXPECT_FALSE(may_start(on("::"), office));
}

TEST(ExposureCheck, LetsPrivateNetworksBe) {
  EXPECT_TRUE(may_start(on("0.0.0.0"), office));
  EXPECT_TRUE(may_start(on("192.168.1.20"), hosted));
  EXPECT_TRUE(may_start(on("127.0.0.1"), hosted));
  EXPECT_TRUE(may_start(on("localhost"), hosted));
  EXPECT_TRUE(may_start(on("::1"), hosted));
  EXPECT_TRUE(may_start(on("0.0.0.0"), {}));
}

TEST(ExposureCheck, LetsThoseInWhoHaveSaidHowItIsProtected) {
  Settings tls = on("0.0.0.0");
  tls.tls = settings::TlsFiles{"cert.pem", "key.pem"};
  Settings proxied = on("0.0.0.0");
  proxied.trust_proxy = *transport::TrustedProxies::parse("loopback, 5.6.7.8");
  Settings allowed = on("0.0.0.0");
  allowed.allow_plain_http = true;
  Settings demo = on("0.0.0.0");
  demo.demo = true;

  for (const Settings& settings : {tls, proxied, allowed, demo}) {
    EXPECT_TRUE(may_start(settings, hosted));
  }
}

TEST(ExposureWarning, SaysWhoCanReadAlong) {
  EXPECT_EQ(exposure_warning(on("0.0.0.0"), office),
            "no TLS: others on the network can read messages and tokens on their way");
  EXPECT_EQ(exposure_warning(on("0.0.0.0"), hosted),
            "no TLS, and the internet reaches 1.2.3.4: anybody on the way can read messages "
            "and tokens");
  EXPECT_EQ(exposure_warning(on("127.0.0.1"), hosted), std::nullopt);
  Settings tls = on("0.0.0.0");
  tls.tls = settings::TlsFiles{"cert.pem", "key.pem"};
  EXPECT_EQ(exposure_warning(tls, hosted), std::nullopt);
}

TEST(MachineAddresses, HoldThoseOfThisMachine) {
  const auto addresses = machine_addresses();

  EXPECT_TRUE(std::ranges::any_of(addresses, &PeerAddress::loopback));
}

}  // namespace
}  // namespace quickclinic::server
