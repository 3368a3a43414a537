#include "transport/node_directory.hpp"

#include <gtest/gtest.h>

namespace quickclinic::transport {
namespace {

TEST(NodeAddress, IsANumericAddressWithAPort) {
  EXPECT_EQ(NodeAddress::parse("192.0.2.1:4000"), (NodeAddress{"192.0.2.1", 4000}));
  EXPECT_EQ(NodeAddress::parse("[2001:db8::1]:4000"), (NodeAddress{"2001:db8::1", 4000}));
  EXPECT_EQ(NodeAddress::parse("[2001:db8::1]:4000")->text(), "[2001:db8::1]:4000");
  for (const std::string_view wrong :
       {"", ":", "192.0.2.1", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1:4000x",
        "host:4000", "2001:db8::1:4000", "[192.0.2.1]:4000", "[2001:db8::1]4000"}) {
    EXPECT_FALSE(NodeAddress::parse(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace quickclinic::transport
