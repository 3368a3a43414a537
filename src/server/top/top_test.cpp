#include "server/top/scrape.hpp"
#include "server/top/top_view.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace quickclinic::server {
namespace {

const TimePoint start;

Scrape scrape(std::string_view text, std::chrono::seconds at = {}) {
  return Scrape::read(text, start + at).value();
}

TEST(ScrapeText, IsReadWithLabelsAndEscapes) {
  const Scrape read = scrape(
      "# HELP a Things.\n# TYPE a counter\na{of=\"x\",in=\"1\"} 3\na{of=\"y \\\"\\\\\\n\"} 4.5\nb "
      "1e3\n");

  EXPECT_EQ(read.sum("a"), 7.5);
  EXPECT_EQ(read.sum("a", {{"of", "x"}}), 3);
  EXPECT_EQ(read.sum("a", {{"of", "y \"\\\n"}}), 4.5);
  EXPECT_EQ(read.sum("b"), 1000);
  EXPECT_EQ(read.sum("c"), 0);
}

TEST(ScrapeText, IsRefusedWhenItIsSomethingElse) {
  for (const char* text : {"<html>", "a", "a ", "a{of=\"x\" 1", "a{of=x} 1", "a{of=\"x", "a one",
                           "a{of=\"x\",", "a{}"})
    EXPECT_FALSE(Scrape::read(text, start)) << text;
}

TEST(ScrapeRates, AreASecondAndNeverBelowNothing) {
  const Scrape before = scrape("a 10\nb 10\n");
  const Scrape now = scrape("a 30\nb 5\n", std::chrono::seconds(10));

  EXPECT_EQ(rate(before, now, "a"), 2);
  EXPECT_EQ(rate(before, now, "b"), 0) << "the server began anew";
  EXPECT_EQ(rate(now, now, "a"), 0);
}

TEST(ScrapeQuantiles, AreReckonedInsideTheirBucket) {
  const Scrape before =
      scrape("w_bucket{le=\"1\"} 100\nw_bucket{le=\"2\"} 100\nw_bucket{le=\"+Inf\"} 100\n");
  const Scrape now =
      scrape("w_bucket{le=\"1\"} 110\nw_bucket{le=\"2\"} 130\nw_bucket{le=\"+Inf\"} 140\n");

  EXPECT_DOUBLE_EQ(quantile(before, now, "w", 0.25), 1);
  EXPECT_DOUBLE_EQ(quantile(before, now, "w", 0.5), 1.5);
  EXPECT_DOUBLE_EQ(quantile(before, now, "w", 0.99), 2) << "beyond all bounds is the last of them";
  EXPECT_LT(quantile(now, now, "w", 0.5), 0) << "nothing was seen";
}

TEST(TopScreen, ShowsRatesOfTheTimeBetween) {
  const Scrape before = scrape("quickclinic_messages_total{outcome=\"stored\"} 1000\n");
  const Scrape now = scrape(
      "quickclinic_messages_total{outcome=\"stored\"} 25690\nquickclinic_database_up 1\n"
      "quickclinic_shard_up{shard=\"0\"} 1\nquickclinic_shard_up{shard=\"1\"} 0\n",
      std::chrono::seconds(2));

  const std::vector<std::string> lines = top_lines("http://here", before, now, {});

  EXPECT_TRUE(lines.at(0).starts_with("quickclinic at http://here"));
  EXPECT_TRUE(lines.at(2).starts_with("messages    12,345/s   p50 -")) << lines.at(2);
  EXPECT_EQ(lines.back(), "1 does not answer");
}

TEST(TopScreen, TellsOfRedisWhereThereIsOne) {
  const auto line_of_redis = [](std::string_view text) {
    for (const std::string& line : top_lines("http://here", scrape(text), scrape(text), {})) {
      if (line.starts_with("redis")) return line;
    }
    return std::string();
  };

  EXPECT_EQ(line_of_redis("quickclinic_database_up 1\n"), "");
  EXPECT_EQ(line_of_redis("quickclinic_redis_up 1\nquickclinic_other_instances 2\n"),
            "redis       connected   other instances 2   0/s sent   0/s received");
  EXPECT_EQ(line_of_redis("quickclinic_redis_up 0\n"),
            "redis       DOES NOT ANSWER   other instances 0   0/s sent   0/s received");
}

TEST(TopScreen, FitsWhateverTheRoom) {
  const Scrape now = scrape("quickclinic_shard_up{shard=\"0\"} 1\n");
  for (const Screen room : {Screen{20, 3}, Screen{1, 1}, Screen{200, 50}}) {
    const std::vector<std::string> lines = top_lines("http://here", now, now, room);
    EXPECT_LE(lines.size(), room.rows);
    for (const std::string& line : lines) EXPECT_LE(line.size(), room.columns);
  }
}

}  // namespace
}  // namespace quickclinic::server
