#include "base/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

namespace quickclinic {
namespace {

constexpr std::array bounds{1.0, 10.0};

std::vector<std::uint64_t> counts_of(const Histogram& histogram) {
  return {histogram.counts().begin(), histogram.counts().end()};
}

TEST(HistogramRanges, GiveAValueToTheFirstBoundThatIsNotBelowIt) {
  Histogram histogram(bounds);

  for (const double value : {0.0, 1.0, 1.5, 10.0, 11.0}) histogram.observe(value);

  EXPECT_EQ(counts_of(histogram), (std::vector<std::uint64_t>{2, 2, 1}));
  EXPECT_EQ(histogram.count(), 5U);
  EXPECT_DOUBLE_EQ(histogram.sum(), 23.5);
}

TEST(HistogramRanges, AddUp) {
  Histogram one(bounds);
  Histogram other(bounds);
  one.observe(0.5);
  other.observe(0.5);
  other.observe(100.0);

  one.add(other);

  EXPECT_EQ(counts_of(one), (std::vector<std::uint64_t>{2, 0, 1}));
  EXPECT_DOUBLE_EQ(one.sum(), 101.0);
}

TEST(HistogramDurations, AreSeconds) {
  Histogram histogram(Histogram::seconds());

  histogram.observe(std::chrono::milliseconds(5));

  EXPECT_DOUBLE_EQ(histogram.sum(), 0.005);
  EXPECT_EQ(histogram.counts().back(), 0U);
}

TEST(HistogramBounds, Ascend) {
  for (const auto each : {Histogram::seconds(), Histogram::sizes()}) {
    EXPECT_LE(each.size(), Histogram::bounds_max);
    EXPECT_TRUE(std::ranges::is_sorted(each));
  }
}

}  // namespace
}  // namespace quickclinic
