#include "server/audit_trail.hpp"

#include "server/run_blocking.hpp"
#include "server/test_clinic.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quickclinic::server {
namespace {

using test::Clinic;
using testing::SocketIoClient;

class AuditTrail : public ::testing::Test {
 protected:
  // What was recorded of one action, without its time: who, in which relation, about what, how.
  std::string told(chat::AuditAction action) {
    std::string all;
    const auto page = run_blocking(clinic.store.audit().entries({.actions = {action}})).value();
    for (const auto& entry : page.entries) {
      EXPECT_EQ(entry.address, "127.0.0.1");
      all += entry.actor.text() + " " + entry.relation.text() + " " + entry.subject + " " +
             entry.result + "\n";
    }
    return all;
  }
  std::string doctor() const { return clinic.doctor.id.text() + " " + clinic.relation + " "; }

  Clinic clinic{2};
};

TEST_F(AuditTrail, TellsWhoCameInAndWhoWasRefused) {
  SocketIoClient in = clinic.enter(clinic.doctor, clinic.relation);
  SocketIoClient stranger = clinic.connect(clinic.auth(clinic.patient, clinic.other_relation));
  SocketIoClient nobody = clinic.connect(R"({"token":"x","relationId":"r"})");

  EXPECT_EQ(told(chat::AuditAction::connect), doctor() + " ok\n" + clinic.patient.id.text() + " " +
                                                  clinic.other_relation + "  unauthorized\n" +
                                                  "   invalid_token_format\n");
}

TEST_F(AuditTrail, TellsWhatWasSentAndWhatWasRefused) {
  SocketIoClient in = clinic.enter(clinic.doctor, clinic.relation);
  in.call("send_message", R"({"text":"Hello"})");
  in.call("send_message", R"({"text":" "})");
  clinic.fail(chat::StoreError::unavailable);
  in.call("send_message", R"({"text":"Lost","clientMessageId":"1"})");
  clinic.recover();

  const std::string sent = told(chat::AuditAction::send);

  EXPECT_TRUE(sent.starts_with(doctor() + "c")) << sent;
  EXPECT_NE(sent.find(" ok\n" + doctor() + " bad_request\n" + doctor() + "c"), std::string::npos)
      << sent;
  EXPECT_TRUE(sent.ends_with(" unavailable\n")) << sent;
}

TEST_F(AuditTrail, TellsWhoWatchesAllTheirConversations) {
  SocketIoClient phone = clinic.connect(clinic.auth(clinic.doctor));
  phone.call("watch_conversations");

  EXPECT_EQ(told(chat::AuditAction::watch), clinic.doctor.id.text() + "   ok\n");
}

TEST_F(AuditTrail, TellsWhoReadHowFar) {
  SocketIoClient in = clinic.enter(clinic.doctor, clinic.relation);
  in.call("get_messages", "{}");
  in.call("send_message", R"({"text":"Hello"})");
  const auto message = run_blocking(clinic.store.page(chat::RelationId(clinic.relation), {}))
                           .value()
                           .messages.at(0)
                           .id.text();
  in.call("get_initial_messages", "{}");
  in.call("get_messages", R"({"after":"none"})");
  in.call("mark_as_read", R"({"messageId":")" + message + "\"}");
  in.call("mark_as_read", R"({"messageId":")" + message + "\"}");
  in.call("mark_as_read", R"({"messageId":7})");

  EXPECT_EQ(told(chat::AuditAction::read_history),
            doctor() + " ok\n" + doctor() + message + " ok\n" + doctor() + " not_found\n");
  EXPECT_EQ(told(chat::AuditAction::read_receipt),
            doctor() + message + " ok\n" + doctor() + " bad_request\n")
      << "a mark that stays where it was is no news";
}

TEST_F(AuditTrail, TellsWhoWasSentAway) {
  SocketIoClient in = clinic.enter(clinic.doctor, clinic.relation);
  run_blocking(clinic.store.set_user_active(clinic.doctor.id, false)).value();
  EXPECT_EQ(in.event("none such"), "closed");

  EXPECT_EQ(told(chat::AuditAction::sent_away), doctor() + " account_disabled\n");
}

}  // namespace
}  // namespace quickclinic::server
