#include "engineio/session.hpp"

#include <gtest/gtest.h>

namespace quickclinic::engineio {
namespace {

using std::chrono::milliseconds;

const TimePoint start{};

class SessionV3 : public ::testing::Test {
 protected:
  Session make(TransportKind transport, bool base64 = false) {
    return Session(SessionId("sid"), settings, transport, start,
                   {.protocol = Protocol::v3, .base64 = base64});
  }

  // Everything the session would write to a WebSocket now, packets joined by '|'.
  static std::string written(Session& session) {
    std::vector<FramePtr> frames;
    session.take_frames(frames);
    std::string text;
    for (const FramePtr& frame : frames)
      text += (text.empty() ? "" : "|") + std::string(frame->packet());
    return text;
  }

  SessionV3() {
    settings.ping_interval = milliseconds(300);
    settings.ping_timeout = milliseconds(200);
  }

  Settings settings;
};

TEST_F(SessionV3, AnswersPingsAndSendsNone) {
  Session session = make(TransportKind::websocket);

  session.advance(start + milliseconds(499));
  EXPECT_EQ(written(session), "");
  session.receive({"2", false}, start + milliseconds(499));

  EXPECT_EQ(written(session), "3");
  EXPECT_EQ(session.deadline(), start + milliseconds(999));
}

TEST_F(SessionV3, ClosesAnIntervalAndATimeoutAfterTheLastPing) {
  Session session = make(TransportKind::websocket);

  session.advance(start + milliseconds(500));

  EXPECT_EQ(session.close_reason(), CloseReason::ping_timeout);
}

TEST_F(SessionV3, RefusesAPong) {
  Session session = make(TransportKind::websocket);

  EXPECT_FALSE(session.receive({"3", false}, start));
  EXPECT_EQ(session.close_reason(), CloseReason::transport_error);
}

TEST_F(SessionV3, FindsTheTypeInFrontOfABinaryPacket) {
  Session session = make(TransportKind::websocket);

  const auto message = session.receive({"\x04\x01\x02", true}, start).value();
  EXPECT_TRUE(message.is_message);
  EXPECT_TRUE(message.binary);
  EXPECT_EQ(message.data, "\x01\x02");
  EXPECT_FALSE(session.receive({"\x02", true}, start).value().is_message);
  EXPECT_EQ(written(session), "3");
  EXPECT_FALSE(session.receive({"", true}, start));
  EXPECT_EQ(session.close_reason(), CloseReason::parse_error);
}

TEST_F(SessionV3, WritesBinaryMessagesWithTheirType) {
  Session session = make(TransportKind::websocket);
  Session other = make(TransportKind::websocket, true);

  for (Session* each : {&session, &other}) {
    each->send(Frame::text("4a"));
    each->send(Frame::binary("\x01\x02\x03\x04"));
  }

  EXPECT_EQ(written(session), "4a|\x04\x01\x02\x03\x04");
  EXPECT_EQ(written(other), "4a|b4AQIDBA==");
}

TEST_F(SessionV3, AnswersAGetWithLengths) {
  Session session = make(TransportKind::polling);
  session.poll_begins();
  session.send(Frame::text("4é"));
  session.send(Frame::text("4a"));

  EXPECT_EQ(session.take_payload(), "2:4é2:4a");
}

TEST_F(SessionV3, TellsAWaitingGetOfTheEnd) {
  Session session = make(TransportKind::polling);
  session.poll_begins();

  session.receive({"1", false}, start);

  EXPECT_EQ(session.take_payload(), "1:6");
  EXPECT_EQ(session.state(), Session::State::closed);
}

TEST_F(SessionV3, SplitsAPayloadThatWouldBeTooLarge) {
  settings.limits.payload_bytes_max = 64;
  Session session = make(TransportKind::polling);
  const std::string packet = "4" + std::string(40, 'a');
  session.send(Frame::text(packet));
  session.send(Frame::text(packet));

  session.poll_begins();
  EXPECT_EQ(session.take_payload(), "41:" + packet);
  session.poll_begins();
  EXPECT_EQ(session.take_payload(), "41:" + packet);
}

}  // namespace
}  // namespace quickclinic::engineio
