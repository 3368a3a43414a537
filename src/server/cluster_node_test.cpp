#include "server/cluster_node.hpp"

#include "engineio/handshake.hpp"

#include <gtest/gtest.h>

namespace quickclinic::server {
namespace {

using transport::NodeAddress;

constexpr std::string_view secret = "what all instances of a clinic have";

settings::Settings advertising(const std::string& host, std::uint16_t port = 0) {
  settings::Settings settings;
  settings.port = 4711;
  settings.cluster_advertise = settings::Advertised{host, port};
  return settings;
}

TEST(ClusterNode, HasANameThatStandsInIds) {
  const ClusterNode node(secret);

  EXPECT_EQ(engineio::node_of(engineio::new_session_id(0, node.name()).text()), node.name());
  EXPECT_NE(node.name(), ClusterNode(secret).name());
  EXPECT_EQ(node.key(), ClusterNode(secret).key());
}

TEST(ClusterNode, KnowsWhereAnotherOneIsUntilItIsForgotten) {
  ClusterNode one(secret);
  ClusterNode other(secret);
  other.advertise({"192.0.2.1", 4000});

  one.heard(other.introduction());

  ASSERT_TRUE(one.find(other.name()));
  EXPECT_EQ(one.find(other.name())->address, (NodeAddress{"192.0.2.1", 4000}));
  EXPECT_FALSE(one.find(one.name()));
  one.forget(other.name());
  EXPECT_FALSE(one.find(other.name()));
}

TEST(ClusterNode, KnowsThatThereIsOneWithoutAnAddress) {
  ClusterNode one(secret);
  const ClusterNode other(secret);

  one.heard(other.introduction());

  ASSERT_TRUE(one.find(other.name()));
  EXPECT_FALSE(one.find(other.name())->address);
}

TEST(ClusterNode, BelievesAnAddressOnlyFromWhoHasTheSecret) {
  ClusterNode one(secret);
  ClusterNode stranger("something else");
  ClusterNode other(secret);
  stranger.advertise({"192.0.2.1", 4000});
  other.advertise({"192.0.2.2", 4000});
  auto moved = other.introduction();
  moved[1] = "192.0.2.1:4000";
  auto renamed = other.introduction();
  renamed[0] = stranger.name();

  for (const auto& introduction : {stranger.introduction(), moved, renamed}) {
    one.heard(introduction);
    ASSERT_TRUE(one.find(introduction[0]));
    EXPECT_FALSE(one.find(introduction[0])->address);
  }
}

TEST(ClusterNode, KeepsAnAddressWhateverOthersSayOfIt) {
  ClusterNode one(secret);
  ClusterNode other(secret);
  other.advertise({"192.0.2.1", 4000});
  one.heard(other.introduction());

  one.heard({other.name()});
  one.heard({other.name(), "192.0.2.6:4000", "forged"});

  EXPECT_EQ(one.find(other.name())->address, (NodeAddress{"192.0.2.1", 4000}));
}

TEST(ClusterNode, TellsAndBelievesNoAddressWithoutASecret) {
  ClusterNode node("");
  node.advertise({"192.0.2.1", 4000});
  ClusterNode other(secret);
  other.advertise({"192.0.2.2", 4000});

  node.heard(other.introduction());

  EXPECT_EQ(node.introduction(), ClusterNode::Introduction{node.name()});
  EXPECT_FALSE(node.find(other.name())->address);
}

TEST(AdvertisedAddress, HasThePortOfTheServerUnlessItNamesOne) {
  EXPECT_EQ(advertised_address(advertising("192.0.2.1")).value(), (NodeAddress{"192.0.2.1", 4711}));
  EXPECT_EQ(advertised_address(advertising("2001:db8::1", 4001)).value(),
            (NodeAddress{"2001:db8::1", 4001}));
  EXPECT_EQ(advertised_address(advertising("localhost")).value().port, 4711U);
}

TEST(AdvertisedAddress, IsRefusedWhenItMeansNothing) {
  const auto address = advertised_address(advertising("no-such-host.invalid"));

  ASSERT_FALSE(address);
  EXPECT_EQ(address.error().context,
            "CLUSTER_ADVERTISE: no-such-host.invalid means no address here that others could "
            "reach");
}

}  // namespace
}  // namespace quickclinic::server
