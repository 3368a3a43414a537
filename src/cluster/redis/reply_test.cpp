#include "cluster/redis/reply.hpp"

#include <gtest/gtest.h>

#include <array>

namespace quickclinic::redis {
namespace {

TEST(ReplyReader, ReadsEveryKindOfReply) {
  ReplyReader reader;

  ASSERT_TRUE(reader.feed("+OK\r\n-ERR no\r\n:-7\r\n$-1\r\n$3\r\na b\r\n*-1\r\n"));

  EXPECT_EQ(reader.next().value()->text, "OK");
  const Reply error = *reader.next().value();
  EXPECT_TRUE(error.is_error());
  EXPECT_EQ(error.error_code(), "ERR");
  EXPECT_EQ(reader.next().value()->number, -7);
  EXPECT_EQ(reader.next().value()->kind, Reply::Kind::nothing);
  EXPECT_EQ(reader.next().value()->text, "a b");
  EXPECT_EQ(reader.next().value()->kind, Reply::Kind::nothing);
}

TEST(ReplyReader, ReadsListsInLists) {
  ReplyReader reader;

  ASSERT_TRUE(reader.feed("*3\r\n*2\r\n:1\r\n$1\r\nx\r\n*0\r\n+end\r\n"));

  const Reply list = *reader.next().value();
  ASSERT_TRUE(list.is_list(3));
  ASSERT_TRUE(list.items[0].is_list(2));
  EXPECT_EQ(list.items[0].items[0].number, 1);
  EXPECT_EQ(list.items[0].items[1].text, "x");
  EXPECT_TRUE(list.items[1].items.empty());
  EXPECT_EQ(list.items[2].text, "end");
  EXPECT_FALSE(reader.next().value());
}

TEST(ReplyReader, WaitsForTheRestWhereverItIsCut) {
  const std::string whole = "*2\r\n$7\r\nmessage\r\n$3\r\na\r\n\r\n";
  for (std::size_t cut = 1; cut < whole.size(); ++cut) {
    ReplyReader reader;

    ASSERT_TRUE(reader.feed(whole.substr(0, cut)));
    EXPECT_FALSE(reader.next().value()) << cut;
    ASSERT_TRUE(reader.feed(whole.substr(cut)));

    EXPECT_EQ(reader.next().value()->items[1].text, "a\r\n") << cut;
  }
}

TEST(ReplyReader, RefusesWhatIsNoReply) {
  for (const std::string_view bytes :
       {"HTTP/1.1 400 Bad Request\r\n", "\r\n", "$-2\r\n", ":x\r\n", "*x\r\n", "%1\r\n",
        "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n"}) {
    ReplyReader reader;

    ASSERT_TRUE(reader.feed(bytes));

    EXPECT_FALSE(reader.next()) << bytes;
  }
}

TEST(ReplyReader, RefusesMoreItemsThanItMayHold) {
  ReplyReader reader({.bytes_max = 1000, .items_max = 4});

  ASSERT_TRUE(reader.feed("*3\r\n:1\r\n:2\r\n:3\r\n"));
  EXPECT_TRUE(reader.next());
  ASSERT_TRUE(reader.feed("*4\r\n:1\r\n:2\r\n:3\r\n:4\r\n"));

  EXPECT_FALSE(reader.next());
}

TEST(ReplyReader, RefusesMoreBytesThanItMayHold) {
  ReplyReader reader({.bytes_max = 100, .items_max = 10});

  ASSERT_TRUE(reader.feed("$200\r\n" + std::string(94, 'x')));
  EXPECT_FALSE(reader.next().value());

  EXPECT_FALSE(reader.feed("1234567"));
}

TEST(ReplyReader, PromisesOfManyItemsCostNothing) {
  ReplyReader reader;

  ASSERT_TRUE(reader.feed("*2000000000\r\n:1\r\n"));

  EXPECT_FALSE(reader.next().value());
}

TEST(Command, CarriesAnyBytes) {
  std::string out;

  append_command(out, std::array<std::string_view, 2>{"GET", std::string_view("a\r\n\0", 4)});

  EXPECT_EQ(out, std::string("*2\r\n$3\r\nGET\r\n$4\r\na\r\n\0\r\n", 23));
}

}  // namespace
}  // namespace quickclinic::redis
