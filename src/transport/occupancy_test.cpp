#include "transport/occupancy.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace quickclinic::transport {
namespace {

TEST(OccupancyCount, KnowsOccupiedRoomsUntilTheLastIsLeft) {
  Occupancy occupancy;
  EXPECT_FALSE(occupancy.maybe(42));

  occupancy.count(42, true);
  EXPECT_TRUE(occupancy.maybe(42));
  EXPECT_FALSE(occupancy.maybe(43));

  occupancy.count(42, false);
  EXPECT_FALSE(occupancy.maybe(42));
}

TEST(OccupancyCount, KeepsRoomsApartThatShareASlot) {
  Occupancy occupancy;
  const std::uint64_t one = 7;
  const std::uint64_t other = 7 + (std::uint64_t{1} << 15U);
  occupancy.count(one, true);
  EXPECT_TRUE(occupancy.maybe(other)) << "a needless delivery, as promised";

  occupancy.count(other, true);
  occupancy.count(one, false);

  EXPECT_TRUE(occupancy.maybe(other));
}

TEST(OccupancyCount, IsReadFromOtherThreads) {
  Occupancy occupancy;
  std::thread owner([&occupancy] {
    for (std::uint64_t room = 0; room < 10'000; ++room) occupancy.count(room, true);
  });
  while (!occupancy.maybe(9'999)) {
  }

  for (std::uint64_t room = 0; room < 10'000; ++room) EXPECT_TRUE(occupancy.maybe(room));
  owner.join();
}

}  // namespace
}  // namespace quickclinic::transport
