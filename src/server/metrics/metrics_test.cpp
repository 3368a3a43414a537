#include "server/http/api_test.hpp"
#include "server/metrics/metric.hpp"
#include "server/metrics/metrics_server.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace quickclinic::server {
namespace {

/// The value behind `series`, a name with its labels as they are written; -1 when it is not there.
double value_of(const std::string& text, const std::string& series) {
  const std::string begin = "\n" + series + " ";
  const std::size_t at = text.find(begin);
  return at == std::string::npos ? -1 : std::stod(text.substr(at + begin.size()));
}

class HttpMetrics : public test::Api {
 protected:
  HttpMetrics() : Api(2) {}

  std::string scrape() {
    const auto answer = get("/metrics");
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.headers.at("content-type"), exposition_type);
    return answer.body;
  }
  double now(const std::string& series) { return value_of(scrape(), series); }
  /// Scrapes until the series has that value.
  void await(const std::string& series, double value) {
    for (int i = 0; i < 1000; ++i) {
      if (now(series) == value) return;
    }
    ADD_FAILURE() << series << " is " << now(series);
  }
};

TEST_F(HttpMetrics, CountMessagesOnTheirWay) {
  testing::SocketIoClient doctor = clinic.enter(clinic.doctor, clinic.relation);
  testing::SocketIoClient patient = clinic.enter(clinic.patient, clinic.relation);
  doctor.call("send_message", R"({"text":"Hello","clientMessageId":"a"})");
  doctor.call("send_message", R"({"text":"Hello","clientMessageId":"a"})");
  doctor.call("send_message", R"({"text":" "})");

  const std::string text = scrape();

  EXPECT_EQ(value_of(text, R"(quickclinic_clients{kind="conversation"})"), 2);
  EXPECT_EQ(value_of(text, R"(quickclinic_events_received_total{event="send_message"})"), 3);
  EXPECT_EQ(value_of(text, R"(quickclinic_messages_total{outcome="stored"})"), 1);
  EXPECT_EQ(value_of(text, "quickclinic_message_delivery_seconds_count"), 2);
  EXPECT_EQ(
      value_of(text,
               R"(quickclinic_event_refusals_total{event="send_message",code="bad_request"})"),
      1);
  EXPECT_GE(value_of(text, "quickclinic_events_sent_total"), 1);
  EXPECT_EQ(value_of(text, "quickclinic_sends_under_way"), 0);
}

TEST_F(HttpMetrics, CountConnectionsAndWhoIsRefused) {
  {
    const testing::SocketIoClient client = clinic.enter(clinic.doctor, clinic.relation);
    EXPECT_EQ(now(R"(quickclinic_clients{kind="conversation"})"), 1);
  }
  const testing::SocketIoClient refused = clinic.connect(R"({"token":"nonsense"})");

  await(R"(quickclinic_clients{kind="conversation"})", 0);
  const std::string text = scrape();

  EXPECT_EQ(value_of(text, R"(quickclinic_handshakes_total{transport="websocket"})"), 2);
  EXPECT_EQ(value_of(text, R"(quickclinic_connect_refusals_total{reason="invalid_token_format"})"),
            1);
  EXPECT_EQ(value_of(text, R"(quickclinic_connects_total{kind="conversation"})"), 1);
  EXPECT_EQ(value_of(text, R"(quickclinic_shard_up{shard="0"})"), 1);
  EXPECT_EQ(value_of(text, R"(quickclinic_shard_up{shard="1"})"), 1);
}

TEST_F(HttpMetrics, CountRequestsByRouteAndNotByPath) {
  get("/api/doctorpatientrelations/secret-id/chats");
  get("/secret-path");
  request("BREW", "/health");

  const std::string text = scrape();

  EXPECT_EQ(
      value_of(
          text,
          R"(quickclinic_http_requests_total{route="/api/doctorpatientrelations/{}/chats",method="GET",status="401"})"),
      1);
  EXPECT_EQ(
      value_of(text, R"(quickclinic_http_requests_total{route="none",method="GET",status="404"})"),
      1);
  EXPECT_EQ(
      value_of(text,
               R"(quickclinic_http_requests_total{route="/health",method="other",status="405"})"),
      1);
  EXPECT_EQ(text.find("secret"), std::string::npos);
}

TEST_F(HttpMetrics, TellOfADatabaseThatDoesNotAnswer) {
  EXPECT_EQ(now("quickclinic_database_up"), 1);
  clinic.fail(chat::StoreError::unavailable);
  EXPECT_EQ(now("quickclinic_database_up"), 0);
}

TEST_F(HttpMetrics, NameNobody) {
  testing::SocketIoClient doctor = clinic.enter(clinic.doctor, clinic.relation);
  doctor.call("send_message", R"({"text":"Privately"})");
  doctor.emit("whispering", R"({"text":"Privately"})");

  await(R"(quickclinic_events_received_total{event="unknown"})", 1);
  const std::string text = scrape();

  for (const std::string& word : {std::string("Privately"), std::string("whispering"),
                                  std::string("Bones"), clinic.doctor.id.text(), clinic.relation}) {
    EXPECT_EQ(text.find(word), std::string::npos) << word;
  }
}

TEST(MetricTable, SaysNothingOfOthersWhereThereIsNoWayToThem) {
  Readings readings;
  EXPECT_EQ(value_of(expose(readings), "quickclinic_redis_up"), -1);

  readings.cluster = Readings::Cluster();
  EXPECT_EQ(value_of(expose(readings), "quickclinic_redis_up"), 0);

  readings.cluster = {.connected = true, .sent = 3, .malformed = 2};
  const std::string text = expose(readings);
  EXPECT_EQ(value_of(text, "quickclinic_redis_up"), 1);
  EXPECT_EQ(value_of(text, "quickclinic_cluster_messages_sent_total"), 3);
  EXPECT_EQ(value_of(text, R"(quickclinic_cluster_messages_dropped_total{reason="malformed"})"), 2);
}

TEST(MetricTable, NamesEachFamilyOnceAndAsPrometheusWants) {
  std::set<std::string_view> names;
  for (const Metric& metric : all_metrics()) {
    EXPECT_TRUE(names.insert(metric.name).second) << metric.name;
    EXPECT_EQ(metric.name.ends_with("_total"), metric.kind == MetricKind::counter) << metric.name;
    EXPECT_TRUE(metric.help.ends_with(".")) << metric.name;
  }
}

}  // namespace
}  // namespace quickclinic::server
