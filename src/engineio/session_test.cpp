#include "engineio/session.hpp"

#include "engineio/error.hpp"

#include <gtest/gtest.h>

namespace quickclinic::engineio {
namespace {

using std::chrono::milliseconds;

const TimePoint start{};

Settings quick() {
  Settings settings;
  settings.ping_interval = milliseconds(300);
  settings.ping_timeout = milliseconds(200);
  settings.upgrade_timeout = milliseconds(1000);
  return settings;
}

class SessionTest : public ::testing::Test {
 protected:
  Session make(TransportKind transport) {
    return Session(SessionId("sid"), settings, transport, start);
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

  Settings settings = quick();
};

using SessionHeartbeat = SessionTest;
using SessionPolling = SessionTest;
using SessionUpgrade = SessionTest;
using SessionLimits = SessionTest;
using SessionPackets = SessionTest;

TEST_F(SessionHeartbeat, PingsAfterTheInterval) {
  Session session = make(TransportKind::websocket);

  session.advance(start + milliseconds(299));
  EXPECT_EQ(written(session), "");
  session.advance(start + milliseconds(300));

  EXPECT_EQ(written(session), "2");
  EXPECT_EQ(session.deadline(), start + milliseconds(500));
}

TEST_F(SessionHeartbeat, ClosesWhenThePongIsLate) {
  Session session = make(TransportKind::websocket);
  session.advance(start + milliseconds(300));

  session.advance(start + milliseconds(499));
  EXPECT_EQ(session.state(), Session::State::open);
  session.advance(start + milliseconds(500));

  EXPECT_EQ(session.state(), Session::State::closing);
  EXPECT_EQ(to_text(session.close_reason()), "ping timeout");
  EXPECT_EQ(written(session), "");
}

TEST_F(SessionHeartbeat, ClosesNoLaterBecauseThePingWasALittleLate) {
  Session session = make(TransportKind::websocket);

  session.advance(start + milliseconds(350));

  EXPECT_EQ(session.deadline(), start + milliseconds(500));
}

TEST_F(SessionHeartbeat, LeavesTimeForThePongWhenThePingWasMuchTooLate) {
  Session session = make(TransportKind::websocket);

  session.advance(start + milliseconds(5000));

  EXPECT_EQ(session.deadline(), start + milliseconds(5200));
}

TEST_F(SessionHeartbeat, TellsAWaitingGetOfTheEnd) {
  Session session = make(TransportKind::polling);
  session.advance(start + milliseconds(300));
  session.poll_begins();
  EXPECT_EQ(session.take_payload(), "2");
  session.poll_begins();

  session.advance(start + milliseconds(500));

  EXPECT_EQ(session.take_payload(), "1");
  EXPECT_EQ(session.state(), Session::State::closed);
}

TEST_F(SessionHeartbeat, PingsAgainAnIntervalAfterThePong) {
  Session session = make(TransportKind::websocket);
  session.advance(start + milliseconds(300));
  written(session);

  ASSERT_TRUE(session.receive({"3", false}, start + milliseconds(350)));
  session.advance(start + milliseconds(650));

  EXPECT_EQ(written(session), "2");
}

TEST_F(SessionPackets, HandsUpMessagesAndKeepsTheRest) {
  Session session = make(TransportKind::websocket);

  const auto text = session.receive({"4hello", false}, start);
  const auto binary = session.receive({"\x01", true}, start);
  const auto noop = session.receive({"6", false}, start);

  EXPECT_TRUE(text->is_message);
  EXPECT_EQ(text->data, "hello");
  EXPECT_TRUE(binary->is_message && binary->binary);
  EXPECT_FALSE(noop->is_message);
}

TEST_F(SessionPackets, RefusesWhatNoClientMaySend) {
  const struct {
    std::string_view packet;
    std::string_view reason;
  } table[] = {
      {"", "parse error"}, {"abc", "parse error"}, {"9", "parse error"}, {"2", "transport error"}};
  for (const auto& [packet, reason] : table) {
    Session session = make(TransportKind::websocket);
    EXPECT_EQ(session.receive({packet, false}, start).error().code,
              make_error_code(EngineError::bad_packet));
    EXPECT_EQ(to_text(session.close_reason()), reason);
    EXPECT_FALSE(session.receive({"4late", false}, start)->is_message);
  }
}

TEST_F(SessionPackets, EndsWhenTheClientSaysSo) {
  Session session = make(TransportKind::websocket);

  ASSERT_TRUE(session.receive({"1", false}, start));

  EXPECT_EQ(session.state(), Session::State::closing);
  EXPECT_EQ(to_text(session.close_reason()), "transport close");
}

TEST_F(SessionPolling, HoldsAGetUntilThereIsSomethingToSay) {
  Session session = make(TransportKind::polling);

  EXPECT_EQ(session.poll_begins(), Session::Poll::wait);
  EXPECT_EQ(session.take_payload(), std::nullopt);
  session.send(Frame::text("4a"));
  session.send(Frame::binary("\x01"));

  EXPECT_EQ(session.take_payload(),
            "4a\x1e"
            "bAQ==");
  EXPECT_FALSE(session.poll_waits());
}

TEST_F(SessionPolling, AnswersAtOnceWhatWaitedForAGet) {
  Session session = make(TransportKind::polling);
  session.send(Frame::text("4a"));

  EXPECT_EQ(session.poll_begins(), Session::Poll::answer);
  EXPECT_EQ(session.take_payload(), "4a");
}

TEST_F(SessionPolling, SaysWhetherABodyMayBeCompressed) {
  Session session = make(TransportKind::polling);
  bool compressible = false;

  session.send(Frame::text("4a"));
  session.poll_begins();
  session.take_payload(&compressible);
  EXPECT_TRUE(compressible);

  session.send(Frame::text("4a"));
  session.send(Frame::text("4b", false));
  session.poll_begins();
  session.take_payload(&compressible);
  EXPECT_FALSE(compressible);
}

TEST_F(SessionPolling, EndsOnASecondGet) {
  Session session = make(TransportKind::polling);
  session.poll_begins();

  EXPECT_EQ(session.poll_begins(), Session::Poll::overlap);
  EXPECT_EQ(session.take_payload(), "1");
  EXPECT_EQ(session.state(), Session::State::closed);
}

TEST_F(SessionPolling, AnswersNoopToAGetWhenTheClientCloses) {
  Session session = make(TransportKind::polling);
  session.poll_begins();

  ASSERT_TRUE(session.receive({"1", false}, start));

  EXPECT_EQ(session.take_payload(), "6");
  EXPECT_EQ(session.state(), Session::State::closed);
}

TEST_F(SessionPolling, IsOverAtOnceWhenTheClientBreaksTheProtocol) {
  Session session = make(TransportKind::polling);

  ASSERT_FALSE(session.receive({"abc", false}, start));

  EXPECT_EQ(session.state(), Session::State::closed);
  EXPECT_EQ(session.poll_begins(), Session::Poll::refused);
}

TEST_F(SessionPolling, TellsTheEndToAWaitingGet) {
  Session session = make(TransportKind::polling);
  session.poll_begins();
  session.send(Frame::text("41"));

  session.close(CloseReason::forced_close);

  EXPECT_EQ(session.take_payload(),
            "41\x1e"
            "1");
  EXPECT_EQ(session.state(), Session::State::closed);
}

TEST_F(SessionPolling, SplitsAPayloadThatWouldBeTooLarge) {
  settings.limits.payload_bytes_max = 10;
  Session session = make(TransportKind::polling);
  session.send(Frame::text("4aaaaaa"));
  session.send(Frame::text("4bbbbbb"));

  session.poll_begins();
  EXPECT_EQ(session.take_payload(), "4aaaaaa");
  session.poll_begins();

  EXPECT_EQ(session.take_payload(), "4bbbbbb");
}

TEST_F(SessionUpgrade, MovesToTheWebSocketAndKeepsOrder) {
  Session session = make(TransportKind::polling);
  session.poll_begins();

  ASSERT_TRUE(session.probe_begins(start));
  EXPECT_EQ(session.probe_receives({"2probe", false}), Session::Probe::answer);
  session.advance(session.deadline());
  EXPECT_EQ(session.take_payload(), "6");
  session.send(Frame::text("4a"));
  EXPECT_EQ(session.probe_receives({"5", false}), Session::Probe::upgraded);
  session.send(Frame::text("4b"));

  EXPECT_EQ(written(session), "4a|4b");
  EXPECT_EQ(session.poll_begins(), Session::Poll::refused);
  EXPECT_FALSE(session.probe_begins(start));
}

TEST_F(SessionUpgrade, GivesAGetTimeForAnAnswerBeforeItSaysNoop) {
  Session session = make(TransportKind::polling);
  session.probe_begins(start);
  session.probe_receives({"2probe", false});

  EXPECT_EQ(session.poll_begins(), Session::Poll::wait);
  EXPECT_EQ(session.deadline(), start + milliseconds(100));
  session.advance(start + milliseconds(99));
  EXPECT_EQ(session.take_payload(), std::nullopt);
  session.advance(start + milliseconds(100));

  EXPECT_EQ(session.take_payload(), "6");
  EXPECT_EQ(session.deadline(), start + milliseconds(300));
}

TEST_F(SessionUpgrade, SaysNoNoopWhereThereIsAnAnswer) {
  Session session = make(TransportKind::polling);
  session.poll_begins();
  session.probe_begins(start);
  session.probe_receives({"2probe", false});

  session.send(Frame::text("4hi"));

  EXPECT_EQ(session.take_payload(), "4hi");
}

TEST_F(SessionUpgrade, AnswersNoopAtOnceToAGetThatComesLate) {
  Session session = make(TransportKind::polling);
  session.probe_begins(start);
  session.probe_receives({"2probe", false});
  session.advance(start + milliseconds(100));

  EXPECT_EQ(session.poll_begins(), Session::Poll::answer);
  EXPECT_EQ(session.take_payload(), "6");
}

TEST_F(SessionUpgrade, SaysNoNoopBeforeTheProbe) {
  Session session = make(TransportKind::polling);
  session.poll_begins();
  session.probe_begins(start);
  session.advance(start + milliseconds(100));

  EXPECT_EQ(session.take_payload(), std::nullopt);
  session.probe_receives({"2probe", false});

  EXPECT_EQ(session.take_payload(), "6");
}

TEST_F(SessionUpgrade, KeepsTheHeartbeatThroughIt) {
  Session session = make(TransportKind::polling);
  session.probe_begins(start);
  session.probe_receives({"2probe", false});
  session.advance(start + milliseconds(300));

  session.probe_receives({"5", false});

  EXPECT_EQ(written(session), "2");
  EXPECT_EQ(session.deadline(), start + milliseconds(500));
}

TEST_F(SessionUpgrade, IsGivenUpInTimeAndMayBeTriedAgain) {
  settings.ping_interval = milliseconds(5000);
  Session session = make(TransportKind::polling);
  session.probe_begins(start);

  EXPECT_FALSE(session.probe_begins(start));
  session.advance(session.deadline());
  EXPECT_EQ(session.deadline(), start + milliseconds(1000));
  session.advance(start + milliseconds(1000));

  EXPECT_FALSE(session.probing());
  EXPECT_TRUE(session.probe_begins(start + milliseconds(1001)));
}

TEST_F(SessionUpgrade, FailsOnAnythingElseAndPollingGoesOn) {
  for (const std::string_view packet : {"5", "4hi", "2", "3probe"}) {
    Session session = make(TransportKind::polling);
    session.probe_begins(start);
    EXPECT_EQ(session.probe_receives({packet, false}), Session::Probe::failed);
    EXPECT_EQ(session.state(), Session::State::open);
    EXPECT_EQ(session.transport(), TransportKind::polling);
  }
}

TEST_F(SessionLimits, ClosesAClientThatDoesNotRead) {
  settings.limits.queue_packets_max = 3;
  Session session = make(TransportKind::websocket);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(session.send(Frame::text("4")));

  EXPECT_FALSE(session.send(Frame::text("4")));

  EXPECT_EQ(session.state(), Session::State::closing);
  EXPECT_EQ(to_text(session.close_reason()), "transport error");
  EXPECT_TRUE(session.overflowed());
  EXPECT_FALSE(session.has_output());
}

TEST_F(SessionLimits, CountsBytesAsWellAsPackets) {
  settings.limits.queue_bytes_max = 4;
  Session session = make(TransportKind::websocket);

  EXPECT_TRUE(session.send(Frame::text("4abc")));
  EXPECT_FALSE(session.send(Frame::text("4")));
}

TEST_F(SessionLimits, DropsVolatilePacketsInsteadOfClosing) {
  Session polling = make(TransportKind::polling);
  Session websocket = make(TransportKind::websocket);
  websocket.set_congested(true);

  EXPECT_FALSE(polling.send(Frame::text("4"), Delivery::if_writable));
  EXPECT_FALSE(websocket.send(Frame::text("4"), Delivery::if_writable));
  polling.poll_begins();
  websocket.set_congested(false);

  EXPECT_TRUE(polling.send(Frame::text("4"), Delivery::if_writable));
  EXPECT_TRUE(websocket.send(Frame::text("4"), Delivery::if_writable));
  EXPECT_EQ(websocket.state(), Session::State::open);
}

}  // namespace
}  // namespace quickclinic::engineio
