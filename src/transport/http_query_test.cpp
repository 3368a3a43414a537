#include "transport/http_query.hpp"

#include "transport/transport_error.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace quickclinic::transport {
namespace {

TEST(QueryFind, DecodesNamesAndValues) {
  const Query query = Query::parse("EIO=4&transport=polling&na%6De=a+b%20c%2B&empty=&bare").value();

  EXPECT_EQ(query.find("EIO"), "4");
  EXPECT_EQ(query.find("transport"), "polling");
  EXPECT_EQ(query.find("name"), "a b c+");
  EXPECT_EQ(query.find("empty"), "");
  EXPECT_EQ(query.find("bare"), "");
  EXPECT_EQ(query.find("missing"), std::nullopt);
}

TEST(QueryFind, GivesTheLastOfARepeatedParameter) {
  const Query query = Query::parse("sid=first&sid=last").value();

  EXPECT_EQ(query.find("sid"), "last");
}

TEST(QueryIteration, GivesEachNameOnceWithItsLastValue) {
  const Query query = Query::parse("token=first&a=b&token=last").value();

  const std::vector<std::pair<std::string, std::string>> pairs(query.begin(), query.end());

  EXPECT_EQ(pairs, (decltype(pairs){{"token", "last"}, {"a", "b"}}));
}

TEST(QueryFind, TakesPrototypeNamesForNames) {
  const Query query = Query::parse("__proto__=x").value();

  EXPECT_EQ(query.find("__proto__"), "x");
  EXPECT_EQ(query.find("constructor"), std::nullopt);
}

TEST(QueryParse, KeepsWhatIsNoPercentEncoding) {
  const Query query = Query::parse("a=100%&b=%zz&c=%4&d=%C3%A9").value();

  EXPECT_EQ(query.find("a"), "100%");
  EXPECT_EQ(query.find("b"), "%zz");
  EXPECT_EQ(query.find("c"), "%4");
  EXPECT_EQ(query.find("d"), "é");
}

TEST(QueryParse, RefusesMoreParametersThanItsLimit) {
  std::string text;
  for (std::size_t i = 0; i < Query::parameters_max; ++i) text += "p=1&";

  EXPECT_TRUE(Query::parse(text));
  const auto refused = Query::parse(text + "p=1");

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, make_error_code(TransportError::too_many_parameters));
}

TEST(PercentDecode, LeavesThePlusInAPathAlone) { EXPECT_EQ(percent_decode("a+b%2F%41"), "a+b/A"); }

}  // namespace
}  // namespace quickclinic::transport
