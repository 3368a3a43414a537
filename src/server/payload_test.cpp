#include "server/payload.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace quickclinic::server {
namespace {

// An event whose arguments are the elements of a JSON array, and what is read from it.
class Payloads : public ::testing::Test {
 protected:
  socketio::Event event(std::string_view array) {
    arguments_ = json::parse(array).value().as_array();
    return {.name = "any", .arguments = arguments_, .attachments = attachments_, .ack = {}};
  }
  Result<chat::PageRequest> page(std::string_view array) {
    const auto fields = read_payload(event(array), Payload::optional);
    if (!fields) return std::unexpected(fields.error());
    return read_page_request(*fields);
  }
  Result<chat::SliceRequest> slice(std::string_view array) {
    const auto fields = read_payload(event(array), Payload::optional);
    if (!fields) return std::unexpected(fields.error());
    return read_slice_request(*fields);
  }

  json::Array arguments_;
  std::vector<std::string> attachments_;
};

TEST_F(Payloads, MustBeAnObject) {
  for (const std::string_view wrong : {"[]", "[null]", "[7]", "[\"text\"]", "[true]", "[[{}]]"}) {
    const auto fields = read_payload(event(wrong), Payload::required);
    ASSERT_FALSE(fields) << wrong;
    EXPECT_EQ(fields.error().condition(), Condition::bad_request) << wrong;
  }
  EXPECT_TRUE(read_payload(event("[{}]"), Payload::required));
  EXPECT_TRUE(read_payload(event("[{},7]"), Payload::required));
}

TEST_F(Payloads, MayBeMissingWhereTheyAreOptional) {
  EXPECT_TRUE(read_payload(event("[]"), Payload::optional));
  EXPECT_TRUE(read_payload(event("[null]"), Payload::optional));
  EXPECT_FALSE(read_payload(event("[7]"), Payload::optional));
}

TEST_F(Payloads, AreRefusedWithAttachmentsOrFlaws) {
  socketio::Event flawed = event("[{}]");
  flawed.flaw = socketio::Flaw::lone_surrogate;
  EXPECT_FALSE(read_payload(flawed, Payload::optional));
  attachments_.push_back("bytes");
  EXPECT_FALSE(read_payload(event("[{}]"), Payload::optional));
}

TEST_F(Payloads, HaveDefaultsForAPage) {
  const auto request = page("[]");

  ASSERT_TRUE(request);
  EXPECT_EQ(request->page, 1);
  EXPECT_EQ(request->limit, 20);
  EXPECT_EQ(request->order, chat::PageOrder::newest);
}

TEST_F(Payloads, AreClampedForAPage) {
  constexpr auto huge = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(page(R"([{"limit":0}])")->limit, 1);
  EXPECT_EQ(page(R"([{"limit":-5}])")->limit, 1);
  EXPECT_EQ(page(R"([{"limit":100}])")->limit, 100);
  EXPECT_EQ(page(R"([{"limit":101}])")->limit, 100);
  EXPECT_EQ(page(R"([{"limit":2.0}])")->limit, 2);
  EXPECT_EQ(page(R"([{"limit":null}])")->limit, 20);
  EXPECT_EQ(page(R"([{"page":0}])")->page, 1);
  EXPECT_EQ(page(R"([{"page":-9223372036854775808}])")->page, 1);
  EXPECT_EQ(page(R"([{"page":9223372036854775807}])")->page, huge);
  EXPECT_EQ(page(R"([{"order":"oldest"}])")->order, chat::PageOrder::oldest);
}

TEST_F(Payloads, AreRefusedForAPage) {
  for (const std::string_view wrong :
       {R"([{"page":"1"}])", R"([{"page":1.5}])", R"([{"page":1e300}])", R"([{"page":true}])",
        R"([{"page":18446744073709551615}])", R"([{"limit":"20"}])", R"([{"limit":[]}])",
        R"([{"limit":{}}])", R"([{"order":"random"}])", R"([{"order":""}])", R"([{"order":1}])"}) {
    const auto request = page(wrong);
    ASSERT_FALSE(request) << wrong;
    EXPECT_EQ(request.error().condition(), Condition::bad_request) << wrong;
  }
}

TEST_F(Payloads, NameTheAnchorOfASlice) {
  using Direction = chat::SliceRequest::Direction;
  EXPECT_EQ(slice("[]")->direction, Direction::newest);
  EXPECT_EQ(slice(R"([{"before":"m1"}])")->direction, Direction::before);
  EXPECT_EQ(slice(R"([{"before":"m1"}])")->anchor.text(), "m1");
  EXPECT_EQ(slice(R"([{"after":"m2","limit":500}])")->direction, Direction::after);
  EXPECT_EQ(slice(R"([{"after":"m2","limit":500}])")->anchor.text(), "m2");
  EXPECT_EQ(slice(R"([{"after":"m2","limit":500}])")->limit, 100);
}

TEST_F(Payloads, AreRefusedForASlice) {
  for (const std::string_view wrong : {R"([{"before":1}])", R"([{"after":{}}])",
                                       R"([{"before":"a","after":"b"}])", R"([{"limit":"x"}])"}) {
    const auto request = slice(wrong);
    ASSERT_FALSE(request) << wrong;
    EXPECT_EQ(request.error().condition(), Condition::bad_request) << wrong;
  }
}

}  // namespace
}  // namespace quickclinic::server
