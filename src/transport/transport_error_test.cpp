#include "transport/transport_error.hpp"

#include <gtest/gtest.h>

namespace quickclinic::transport {
namespace {

TEST(TransportErrorTable, GivesEveryValueAMessageAndACondition) {
  const int last = static_cast<int>(TransportError::bad_compression);

  for (int value = 1; value <= last; ++value) {
    const std::error_code code = make_error_code(static_cast<TransportError>(value));
    EXPECT_EQ(code.message().find("unknown"), std::string::npos) << value;
    EXPECT_EQ(code.default_error_condition().category(), condition_category()) << value;
  }
}

TEST(TransportErrorStatus, AnswersWithTheStatusOfTheRefusal) {
  EXPECT_EQ(http_status(TransportError::bad_header), 400U);
  EXPECT_EQ(http_status(TransportError::body_too_large), 413U);
  EXPECT_EQ(http_status(TransportError::headers_too_large), 431U);
  EXPECT_EQ(http_status(Error(TransportError::unsupported_version)), 505U);
  EXPECT_EQ(http_status(Error(std::make_error_code(std::errc::io_error))), 400U);
}

TEST(TransportErrorCloseCode, FollowsTheWebSocketRfc) {
  EXPECT_EQ(close_code(TransportError::bad_frame), 1002);
  EXPECT_EQ(close_code(TransportError::bad_text), 1007);
  EXPECT_EQ(close_code(TransportError::bad_compression), 1007);
  EXPECT_EQ(close_code(TransportError::message_too_large), 1009);
}

}  // namespace
}  // namespace quickclinic::transport
