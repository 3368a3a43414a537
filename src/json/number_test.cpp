#include "json/number.hpp"

#include "json/json.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

namespace quickclinic::json {
namespace {

std::string written(double number) {
  std::string out;
  append_double(out, number);
  return out;
}

std::string relayed(std::string_view text) { return to_text(parse(text).value()); }

TEST(JsonAppendDouble, WritesWhatJsonStringifyWrites) {
  const struct {
    double number;
    const char* text;
  } vectors[] = {
      {5.0, "5"},
      {-0.0, "0"},
      {0.1, "0.1"},
      {-1.5, "-1.5"},
      {100.0, "100"},
      {123456.789, "123456.789"},
      {1e20, "100000000000000000000"},
      {123456789012345680000.0, "123456789012345680000"},
      {1e21, "1e+21"},
      {1.5e21, "1.5e+21"},
      {1e-6, "0.000001"},
      {1.25e-6, "0.00000125"},
      {1e-7, "1e-7"},
      {-1.5e-7, "-1.5e-7"},
      {0.1 + 0.2, "0.30000000000000004"},
      {5e-324, "5e-324"},
      {2.2250738585072014e-308, "2.2250738585072014e-308"},
      {1.7976931348623157e308, "1.7976931348623157e+308"},
      {9007199254740992.0, "9007199254740992"},
      {4.35, "4.35"},
      {std::numeric_limits<double>::infinity(), "null"},
      {std::nan(""), "null"},
  };
  for (const auto& [number, text] : vectors) EXPECT_EQ(written(number), text);
}

TEST(JsonParseDouble, ReadsToTheLastBit) {
  // Halfway between two doubles, just past halfway, and more digits than a double holds.
  EXPECT_EQ(parse_double("9007199254740993.0"), 9007199254740992.0);
  EXPECT_EQ(parse_double("9007199254740993.0000000000000000000000000000000000000000001"),
            9007199254740994.0);
  EXPECT_EQ(parse_double("0.1000000000000000055511151231257827021181583404541015625"), 0.1);
  EXPECT_EQ(parse_double("2.2250738585072011e-308"), 0x0.fffffffffffffp-1022);
}

TEST(JsonParseDouble, TakesWhatIsTooSmallForZeroAndRefusesWhatIsTooLarge) {
  const std::string zeros(400, '0');

  EXPECT_EQ(parse_double("1e-400"), 0.0);
  EXPECT_TRUE(std::signbit(parse_double("-1e-999999999").value()));
  EXPECT_EQ(parse_double("0." + zeros + "1"), 0.0);
  EXPECT_EQ(parse_double("0." + zeros + "1e401"), 1.0);
  EXPECT_EQ(parse_double("0e999"), 0.0);
  EXPECT_EQ(parse_double("1" + zeros + "e-400"), 1.0);
  EXPECT_EQ(parse_double("1" + zeros), std::nullopt);
  EXPECT_EQ(parse_double("-1.8e308"), std::nullopt);
  EXPECT_EQ(parse_double("1e999999999"), std::nullopt);
}

TEST(JsonNumbers, AreRelayedAsNodeRelaysThem) {
  const struct {
    const char* in;
    const char* out;
  } vectors[] = {
      {"1.0", "1"},
      {"1E0", "1"},
      {"-0", "0"},
      {"-0.0", "0"},
      {"1e21", "1e+21"},
      {"100000000000000000000", "100000000000000000000"},
      {"18446744073709551616", "18446744073709552000"},
      {"0.000001", "0.000001"},
      {"1e-7", "1e-7"},
      {"7205759403792793e-16", "0.7205759403792793"},
      {"17976931348623157e292", "1.7976931348623157e+308"},
      {R"({"a":[1.10,{"b":-2.50e3}]})", R"({"a":[1.1,{"b":-2500}]})"},
  };
  for (const auto& [in, out] : vectors) EXPECT_EQ(relayed(in), out);
}

TEST(JsonNumbers, ComeBackBitForBit) {
  const std::uint64_t seed = 20240229;
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20'000; ++i) {
    const auto number = std::bit_cast<double>(random());
    if (!std::isfinite(number)) continue;
    const std::string text = written(number);
    const Value again = parse(text).value();
    ASSERT_EQ(again.to_number<double>(), number) << text << " of seed " << seed;
    ASSERT_EQ(to_text(again), text);
  }
}

}  // namespace
}  // namespace quickclinic::json
