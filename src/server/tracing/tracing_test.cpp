#include "json/json.hpp"
#include "server/tracing/tracer.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quickclinic::server {
namespace {

const std::string traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(TraceParent, IsReadAsItWasWritten) {
  const TraceContext read = read_traceparent(traceparent).value();

  EXPECT_EQ(hexadecimal(read.trace), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(hexadecimal(read.span), "b7ad6b7169203331");
  EXPECT_TRUE(read.sampled);
  EXPECT_FALSE(read_traceparent(traceparent.substr(0, 53) + "00").value().sampled);
}

TEST(TraceParent, OfALaterVersionMayGoOn) {
  EXPECT_TRUE(read_traceparent("01" + traceparent.substr(2)));
  EXPECT_TRUE(read_traceparent("01" + traceparent.substr(2) + "-more"));
  EXPECT_FALSE(read_traceparent("01" + traceparent.substr(2) + "more"));
}

TEST(TraceParent, IsRefusedWhenItIsNone) {
  for (const std::string& header :
       {std::string(), std::string("00"), traceparent + "-more", traceparent.substr(1),
        "ff" + traceparent.substr(2),
        std::string("00-00000000000000000000000000000000-b7ad6b7169203331-01"),
        std::string("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"),
        std::string("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01"),
        std::string("00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01"),
        std::string("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g")})
    EXPECT_FALSE(read_traceparent(header)) << header;
}

TEST(TraceSpans, AreWrittenAsOtlpWantsThem) {
  Span span;
  span.name = "GET /\"x\"";
  span.kind = Span::Kind::server;
  span.context = read_traceparent(traceparent).value();
  span.parent = span.context.span;
  span.began = Span::Time(std::chrono::nanoseconds(1'000'000'001));
  span.ended = Span::Time(std::chrono::nanoseconds(2'000'000'002));
  span.failed = true;
  span.values = {{"status", std::int64_t{500}}, {"route", std::string("/x")}};

  EXPECT_EQ(
      otlp_body({span}, "ward"),
      R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"ward"}}]},)"
      R"("scopeSpans":[{"scope":{"name":"quickclinic"},"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c",)"
      R"("spanId":"b7ad6b7169203331","parentSpanId":"b7ad6b7169203331","name":"GET /\"x\"","kind":2,)"
      R"("startTimeUnixNano":"1000000001","endTimeUnixNano":"2000000002","attributes":[)"
      R"({"key":"status","value":{"intValue":"500"}},{"key":"route","value":{"stringValue":"/x"}}],)"
      R"("status":{"code":2}}]}]}]})");
}

class TracerOfNobody : public ::testing::Test {
 protected:
  static Tracer::Options options(double ratio) {
    Tracer::Options options{.collector = client::read_http_url("http://127.0.0.1:1").value()};
    options.ratio = ratio;
    options.waiting_max = 3;
    options.pause = std::chrono::hours(1);
    return options;
  }
};

TEST_F(TracerOfNobody, DropsWhatItCannotKeepAndCountsIt) {
  Tracer tracer(options(1));

  for (int i = 0; i < 5; ++i) tracer.end(tracer.begin("work", Span::Kind::internal));

  EXPECT_EQ(tracer.counts().dropped, 2U);
}

TEST_F(TracerOfNobody, FollowsWhoBeganTheTraceAndElseTheRatio) {
  Tracer none(options(0));
  Tracer half(options(0.5));
  auto followed = read_traceparent(traceparent);
  int begun = 0;
  for (int i = 0; i < 1000; ++i) begun += half.begin("work", Span::Kind::internal) ? 1 : 0;

  EXPECT_EQ(none.begin("work", Span::Kind::internal), nullptr);
  const auto span = none.begin("work", Span::Kind::internal, followed);
  ASSERT_NE(span, nullptr);
  EXPECT_EQ(span->context.trace, followed->trace);
  EXPECT_EQ(span->parent, followed->span);
  EXPECT_NE(span->context.span, followed->span);
  followed->sampled = false;
  EXPECT_EQ(half.begin("work", Span::Kind::internal, followed), nullptr);
  EXPECT_GT(begun, 350);
  EXPECT_LT(begun, 650);
}

}  // namespace
}  // namespace quickclinic::server
