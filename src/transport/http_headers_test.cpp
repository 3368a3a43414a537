#include "transport/http_headers.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quickclinic::transport {
namespace {

TEST(HeadersFind, IgnoresCaseAndGivesTheFirst) {
  Headers headers;
  headers.add("Host", "one");
  headers.add("X-Twice", "first");
  headers.add("x-twice", "second");

  EXPECT_EQ(headers.find("HOST"), "one");
  EXPECT_EQ(headers.find("X-TWICE"), "first");
  EXPECT_EQ(headers.count("X-Twice"), 2U);
}

TEST(HeadersFind, HasNoNamesOfItsOwn) {
  const Headers headers;

  EXPECT_EQ(headers.find("__proto__"), std::nullopt);
  EXPECT_EQ(headers.find(""), std::nullopt);
}

TEST(HeadersOrder, IsThatOfTheRequest) {
  Headers headers;
  headers.add("B", "2");
  headers.add("A", "1");
  std::string all;

  for (const Header header : headers)
    all.append(header.name).append("=").append(header.value).append(";");

  EXPECT_EQ(all, "B=2;A=1;");
}

TEST(HeadersCopy, StandsOnItsOwn) {
  Headers headers;
  headers.add("Name", "value");
  const Headers copy = headers;

  headers.replace("name", "another");

  EXPECT_EQ(copy.find("Name"), "value");
  EXPECT_EQ(headers.find("Name"), "another");
}

TEST(HeadersToken, IsFoundInAnyFieldOfThatName) {
  Headers headers;
  headers.add("Connection", "keep-alive , Upgrade");
  headers.add("Connection", "x");

  EXPECT_TRUE(headers.has_token("connection", "upgrade"));
  EXPECT_TRUE(headers.has_token("connection", "X"));
  EXPECT_FALSE(headers.has_token("connection", "keep"));
  EXPECT_FALSE(headers.has_token("upgrade", "x"));
}

}  // namespace
}  // namespace quickclinic::transport
