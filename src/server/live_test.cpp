#include "server/live.hpp"

#include "chat/message_id.hpp"
#include "server/run_blocking.hpp"
#include "server/test_clinic.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace quickclinic::server {
namespace {

using test::Clinic;
using testing::SocketIoClient;

class LiveTest : public ::testing::TestWithParam<unsigned> {
 protected:
  // What another program does: the message is in the store, and the server is not told.
  WallTime write(const chat::User& sender, const std::string& text) {
    return run_blocking(clinic.store.append({.id = chat::new_message_id(),
                                             .relation = chat::RelationId(clinic.relation),
                                             .sender = sender.id,
                                             .text = text}))
        .value()
        .message.created_at;
  }

  // The texts of the next messages that are shown.
  static std::vector<std::string> shown(SocketIoClient& client, std::size_t count) {
    constexpr std::string_view before = "\"text\":\"";
    std::vector<std::string> texts;
    while (texts.size() < count) {
      const std::string packet = client.next();
      EXPECT_TRUE(packet.starts_with("2[\"new_message\",")) << packet;
      const std::string rest = packet.substr(packet.find(before) + before.size());
      texts.push_back(rest.substr(0, rest.find('"')));
    }
    return texts;
  }

  using Texts = std::vector<std::string>;

  Clinic clinic{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Shards, LiveTest, ::testing::Values(1U, 4U));

TEST_P(LiveTest, ShowsWhatOthersWroteBeforeAMessageInItsPlace) {
  SocketIoClient doctor = clinic.enter(clinic.doctor, clinic.relation);
  SocketIoClient patient = clinic.enter(clinic.patient, clinic.relation);
  doctor.call("send_message", R"({"text":"one"})");
  write(clinic.patient, "two");
  write(clinic.doctor, "three");

  doctor.call("send_message", R"({"text":"four"})");

  EXPECT_EQ(shown(patient, 4), (Texts{"one", "two", "three", "four"}));
}

TEST_P(LiveTest, ShowsWhatOthersWroteThoughNobodySendsAnything) {
  SocketIoClient patient = clinic.enter(clinic.patient, clinic.relation);
  write(clinic.doctor, "one");
  write(clinic.doctor, "two");

  EXPECT_EQ(shown(patient, 2), (Texts{"one", "two"}));
}

TEST_P(LiveTest, ShowsNothingThatWasThereBeforeSomebodyCame) {
  write(clinic.doctor, "before");
  SocketIoClient patient = clinic.enter(clinic.patient, clinic.relation);
  SocketIoClient doctor = clinic.enter(clinic.doctor, clinic.relation);

  doctor.call("send_message", R"({"text":"after"})");

  EXPECT_EQ(shown(patient, 1), Texts{"after"});
}

TEST_P(LiveTest, ShowsMoreThanIsReadAtOnce) {
  SocketIoClient patient = clinic.enter(clinic.patient, clinic.relation);
  Texts written;
  for (int i = 0; i < 250; ++i) {
    written.push_back(std::to_string(i));
    write(clinic.doctor, written.back());
  }
  SocketIoClient doctor = clinic.enter(clinic.doctor, clinic.relation);
  doctor.call("send_message", R"({"text":"last"})");
  written.emplace_back("last");

  EXPECT_EQ(shown(patient, written.size()), written);
}

TEST_P(LiveTest, ShowsAgainInOrderAfterTheStoreCouldNotBeAsked) {
  SocketIoClient doctor = clinic.enter(clinic.doctor, clinic.relation);
  SocketIoClient patient = clinic.enter(clinic.patient, clinic.relation);
  write(clinic.doctor, "one");
  clinic.fail(chat::StoreError::unavailable);
  EXPECT_NE(doctor.call("send_message", R"({"text":"refused"})").find("\"ok\":false"),
            std::string::npos);
  clinic.recover();

  doctor.call("send_message", R"({"text":"two"})");

  EXPECT_EQ(shown(patient, 2), (Texts{"one", "two"}));
}

}  // namespace
}  // namespace quickclinic::server
