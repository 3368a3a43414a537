#include "server/http/notification_words.hpp"

#include <gtest/gtest.h>

namespace quickclinic::server {
namespace {

std::string said(const std::string& status) {
  return words_for(AppointmentChange{status, {}, {}, {}});
}

TEST(AppointmentWords, AreASentenceForEachStatus) {
  EXPECT_EQ(said("CONFIRMED"), "Your appointment was confirmed.");
  EXPECT_EQ(said("Cancelled"), "Your appointment was cancelled.");
  EXPECT_EQ(said("CANCELED"), "Your appointment was cancelled.");
  EXPECT_EQ(said("COMPLETED"), "Your appointment is completed.");
  EXPECT_EQ(said("RESCHEDULED"), "Your appointment was moved.");
  EXPECT_EQ(said("ON_HOLD"), "Your appointment is now on hold.");
}

TEST(AppointmentWords, LeaveOutWhatIsNotKnown) {
  EXPECT_EQ(words_for({.status = "CONFIRMED", .date = {}, .time = "10:30", .doctor_name = {}}),
            "Your appointment at 10:30 was confirmed.");
  EXPECT_EQ(
      words_for({.status = "CONFIRMED", .date = "2 January", .time = {}, .doctor_name = "Dr. Rao"}),
      "Your appointment with Dr. Rao on 2 January was confirmed.");
}

TEST(AppointmentWords, ShortenTimes) {
  EXPECT_EQ(words_for({.status = "CONFIRMED",
                       .date = "2026-01-02T00:00:00.000Z",
                       .time = "2026-01-02T10:30:00.000Z",
                       .doctor_name = {}}),
            "Your appointment on 2026-01-02 at 10:30 UTC was confirmed.");
}

}  // namespace
}  // namespace quickclinic::server
