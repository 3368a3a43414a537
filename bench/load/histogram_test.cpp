#include "load/histogram.hpp"

#include <gtest/gtest.h>

namespace quickclinic::load {
namespace {

using std::chrono::nanoseconds;

TEST(HistogramQuantile, IsZeroWhenNothingWasRecorded) {
  const Histogram histogram;

  EXPECT_EQ(histogram.quantile(0.5), nanoseconds(0));
}

TEST(HistogramQuantile, IsExactForSmallValues) {
  Histogram histogram;
  for (int value = 1; value <= 100; ++value) {
    histogram.record(nanoseconds(value));
  }

  EXPECT_EQ(histogram.quantile(0.5), nanoseconds(50));
  EXPECT_EQ(histogram.quantile(0.99), nanoseconds(99));
  EXPECT_EQ(histogram.quantile(1), nanoseconds(100));
}

TEST(HistogramQuantile, IsNeverBelowTheValueAndAtMostTwoPercentAbove) {
  for (std::int64_t value = 1; value < Histogram::limit.count(); value = value * 5 / 4 + 1) {
    Histogram histogram;
    histogram.record(nanoseconds(value));
    histogram.record(
        Histogram::limit);  // so that the answer is the bucket's bound, not the longest

    const auto answer = histogram.quantile(0.5).count();

    EXPECT_GE(answer, value);
    EXPECT_LE(static_cast<double>(answer), static_cast<double>(value) * 1.016 + 1);
  }
}

TEST(HistogramRecord, ClampsWhatIsOutOfRange) {
  Histogram histogram;
  histogram.record(nanoseconds(-5));
  histogram.record(std::chrono::hours(1));

  EXPECT_EQ(histogram.quantile(0.5), nanoseconds(0));
  EXPECT_EQ(histogram.longest(), Histogram::limit);
}

TEST(HistogramClear, ForgetsEverything) {
  Histogram histogram;
  histogram.record(nanoseconds(7));

  histogram.clear();

  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.longest(), nanoseconds(0));
}

}  // namespace
}  // namespace quickclinic::load
