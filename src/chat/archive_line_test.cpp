#include "chat/archive_line.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quickclinic::chat {
namespace {

const std::vector<std::string> lines = {
    R"({"type":"user","id":"u1","email":"a@b","name":"Dr. \"A\"","role":"DOCTOR","isActive":true,"password":"$2b$","doctorId":"d1","createdAt":"2026-01-02T03:04:05.678Z","updatedAt":"2026-01-02T03:04:05.679Z"})",
    R"({"type":"user","id":"u2","name":"","role":"PATIENT","isActive":false,"createdAt":"2026-01-02T03:04:05.678Z","updatedAt":"2026-01-02T03:04:05.678Z"})",
    R"({"type":"relation","id":"r1","doctorsUserId":"u1","patientsUserId":"u2","createdAt":"2026-01-02T03:04:05.678Z","updatedAt":"2026-01-02T03:04:05.678Z"})",
    R"({"type":"message","id":"m1","relationId":"r1","senderId":"u1","text":"a\nb é 🙂","createdAt":"2026-01-02T03:04:05.678Z","updatedAt":"2026-01-02T03:04:05.678Z"})",
    R"({"type":"read","relationId":"r1","userId":"u2","messageId":"m1","readAt":"2026-01-02T03:04:05.678Z"})",
    R"({"type":"delivered","relationId":"r1","userId":"u2","messageId":"m1","deliveredAt":"2026-01-02T03:04:05.678Z"})",
    R"({"type":"notification","id":"n1","userId":"u2","message":"x","actionHref":"/a","actionLabel":"A","isRead":true,"status":"READ","readAt":"2026-01-02T03:04:05.678Z","createdAt":"2026-01-02T03:04:05.678Z"})",
    R"({"type":"notification","id":"n2","userId":"u2","message":"x","isRead":false,"createdAt":"2026-01-02T03:04:05.678Z"})",
    R"({"type":"hold","what":"relation","id":"r1","reason":"","since":"2026-01-02T03:04:05.678Z"})",
};

TEST(ArchiveLine, IsReadAndWrittenTheSame) {
  for (const std::string& line : lines) {
    const auto record = read_archive_line(line);
    ASSERT_TRUE(record) << line << record.error().context;
    EXPECT_EQ(archive_line(*record), line + "\n");
  }
}

TEST(ArchiveLine, LeavesAsideWhatItDoesNotKnow) {
  auto line = lines[3];
  line.insert(1, R"("colour":"red",)");

  EXPECT_EQ(archive_line(read_archive_line(line).value()), lines[3] + "\n");
}

TEST(ArchiveLine, IsRefusedInWordsThatQuoteNothing) {
  const std::pair<const char*, const char*> refused[] = {
      {"", "it is not JSON"},
      {"{", "it is not JSON"},
      {"[]", "it is no JSON object"},
      {"{}", "type is missing"},
      {R"({"type":7})", "type must be a text"},
      {R"({"type":"secret"})", "its type is not known"},
      {R"({"type":"relation"})", "id is missing"},
      {R"({"type":"relation","id":""})", "id is empty"},
      {R"({"type":"read","relationId":"r","userId":"u","messageId":"m","readAt":"now"})",
       "readAt must be a time such as 2026-01-31T12:00:00.000Z"},
      {R"({"type":"read","relationId":"r\u0000","userId":"u","messageId":"m"})",
       "relationId holds a NUL"},
      {R"({"type":"user","id":"u","name":"n","role":"KING"})",
       "role must be PATIENT, DOCTOR or ADMIN"},
      {R"({"type":"user","id":"u","name":"n","role":"ADMIN","isActive":1})",
       "isActive must be true or false"},
      {R"({"type":"hold","what":"clinic"})", "what must be user or relation"},
  };
  for (const auto& [line, words] : refused) {
    const auto record = read_archive_line(line);
    ASSERT_FALSE(record) << line;
    EXPECT_EQ(record.error().context, words) << line;
  }
}

}  // namespace
}  // namespace quickclinic::chat
