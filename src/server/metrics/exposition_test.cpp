#include "server/metrics/exposition.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace quickclinic::server {
namespace {

TEST(ExpositionText, HasAHeadForEachFamilyAndALineForEachSample) {
  Exposition out;

  out.family("things_total", MetricKind::counter, "Things.");
  out.sample({{"kind", "round"}, {"shard", "0"}}, 3);
  out.family("heat", MetricKind::gauge, "How hot.");
  out.sample(36.5);

  EXPECT_EQ(std::move(out).take(),
            "# HELP things_total Things.\n"
            "# TYPE things_total counter\n"
            "things_total{kind=\"round\",shard=\"0\"} 3\n"
            "# HELP heat How hot.\n"
            "# TYPE heat gauge\n"
            "heat 36.5\n");
}

TEST(ExpositionText, AddsTheBucketsOfAHistogramUp) {
  static constexpr std::array bounds{0.5, 1.0};
  Histogram histogram(bounds);
  for (const double value : {0.25, 0.75, 0.75, 4.0}) histogram.observe(value);
  Exposition out;

  out.family("wait_seconds", MetricKind::histogram, "Waits.");
  out.histogram({{"of", "a"}}, histogram);

  EXPECT_EQ(std::move(out).take(),
            "# HELP wait_seconds Waits.\n"
            "# TYPE wait_seconds histogram\n"
            "wait_seconds_bucket{of=\"a\",le=\"0.5\"} 1\n"
            "wait_seconds_bucket{of=\"a\",le=\"1\"} 3\n"
            "wait_seconds_bucket{of=\"a\",le=\"+Inf\"} 4\n"
            "wait_seconds_sum{of=\"a\"} 5.75\n"
            "wait_seconds_count{of=\"a\"} 4\n");
}

TEST(ExpositionText, EscapesWhatWouldEndAValueOrALine) {
  Exposition out;

  out.family("a", MetricKind::gauge, "back\\slash \"quoted\"\nnext");
  out.sample({{"of", "back\\slash \"quoted\"\nnext"}}, 1);

  EXPECT_EQ(std::move(out).take(),
            "# HELP a back\\\\slash \"quoted\"\\nnext\n"
            "# TYPE a gauge\n"
            "a{of=\"back\\\\slash \\\"quoted\\\"\\nnext\"} 1\n");
}

TEST(ExpositionText, WritesLargeAndOddNumbersAsPrometheusReadsThem) {
  Exposition out;

  out.family("a", MetricKind::gauge, "A.");
  out.sample(123456789012.0);
  out.sample(1e300);
  out.sample(std::numeric_limits<double>::quiet_NaN());
  out.sample(-std::numeric_limits<double>::infinity());

  EXPECT_EQ(std::move(out).take(),
            "# HELP a A.\n# TYPE a gauge\na 123456789012\na 1e+300\na NaN\na -Inf\n");
}

}  // namespace
}  // namespace quickclinic::server
