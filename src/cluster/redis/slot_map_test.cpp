#include "cluster/redis/slot_map.hpp"

#include <gtest/gtest.h>

namespace quickclinic::redis {
namespace {

Reply read(std::string_view bytes) {
  ReplyReader reader;
  EXPECT_TRUE(reader.feed(bytes));
  return *reader.next().value();
}

TEST(Slot, IsThatOfTheSpecification) {
  EXPECT_EQ(slot_of("123456789"), 0x31c3);
  EXPECT_EQ(slot_of("foo"), 12182);
  EXPECT_EQ(slot_of(""), 0);
}

TEST(Slot, OfAKeyWithBracesIsThatOfWhatTheyHold) {
  EXPECT_EQ(slot_of("{user1000}.following"), slot_of("user1000"));
  EXPECT_EQ(slot_of("a{b}{c}"), slot_of("b"));
  EXPECT_NE(slot_of("a{}b"), slot_of(""));
  EXPECT_NE(slot_of("a{b"), slot_of("b"));
}

TEST(SlotMap, KnowsOwnersAndReplicas) {
  const auto map = SlotMap::read(read("*2\r\n*4\r\n:0\r\n:12181\r\n*2\r\n$3\r\none\r\n:1\r\n"
                                      "*2\r\n$3\r\ntwo\r\n:2\r\n"
                                      "*3\r\n:12182\r\n:12182\r\n*2\r\n$0\r\n\r\n:3\r\n"),
                                 {"asked", 9});

  ASSERT_TRUE(map);
  EXPECT_EQ(*map->owner_of("bar"), (Address{"one", 1}));
  EXPECT_EQ(*map->owner_of("foo"), (Address{"asked", 3}));
  ASSERT_EQ(map->servers().size(), 3U);
  EXPECT_TRUE(map->servers()[0].owner);
  EXPECT_FALSE(map->servers()[1].owner);
  EXPECT_TRUE(map->has({"two", 2}));
  EXPECT_FALSE(map->has({"two", 3}));
}

TEST(SlotMap, HasSlotsThatNobodyOwns) {
  const auto map = SlotMap::read(read("*0\r\n"), {});

  ASSERT_TRUE(map);
  EXPECT_EQ(map->owner_of("foo"), nullptr);
}

TEST(SlotMap, RefusesWhatIsNone) {
  for (const std::string_view bytes :
       {"-ERR This instance has cluster support disabled\r\n", ":1\r\n", "*1\r\n:1\r\n",
        "*1\r\n*2\r\n:0\r\n:1\r\n", "*1\r\n*3\r\n:0\r\n:16384\r\n*2\r\n$1\r\na\r\n:1\r\n",
        "*1\r\n*3\r\n:5\r\n:4\r\n*2\r\n$1\r\na\r\n:1\r\n",
        "*1\r\n*3\r\n:-1\r\n:4\r\n*2\r\n$1\r\na\r\n:1\r\n",
        "*1\r\n*3\r\n:0\r\n:4\r\n*2\r\n$1\r\na\r\n:70000\r\n",
        "*1\r\n*3\r\n:0\r\n:4\r\n*1\r\n$1\r\na\r\n"}) {
    EXPECT_FALSE(SlotMap::read(read(bytes), {})) << bytes;
  }
}

TEST(Moved, NamesWhereTo) {
  EXPECT_EQ(moved_to(read("-MOVED 1 10.0.0.1:7000\r\n"), {}), (Address{"10.0.0.1", 7000}));
  EXPECT_EQ(moved_to(read("-MOVED 1 ::1:7000\r\n"), {}), (Address{"::1", 7000}));
  EXPECT_EQ(moved_to(read("-MOVED 1 :7000\r\n"), {"asked", 1}), (Address{"asked", 7000}));
  for (const std::string_view bytes :
       {"-ERR no\r\n", "-MOVED\r\n", "-MOVED 1 host\r\n", "-MOVED 1 host:0\r\n",
        "-MOVED 1 host:70000\r\n", "+MOVED 1 host:1\r\n"}) {
    EXPECT_FALSE(moved_to(read(bytes), {})) << bytes;
  }
}

}  // namespace
}  // namespace quickclinic::redis
