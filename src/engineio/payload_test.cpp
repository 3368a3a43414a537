#include "engineio/payload.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace quickclinic::engineio {
namespace {

std::vector<std::string> read_all(std::string_view body) {
  PayloadReader reader(body);
  std::vector<std::string> packets;
  while (true) {
    const auto packet = reader.next();
    if (!packet) {
      packets.emplace_back("refused");
      return packets;
    }
    if (!*packet) return packets;
    packets.push_back(((*packet)->binary ? "binary:" : "text:") + std::string((*packet)->data));
  }
}

TEST(PayloadReader, SplitsPacketsAndDecodesBinary) {
  EXPECT_EQ(read_all("4hello\x1e"
                     "2\x1e"
                     "4€\x1e"
                     "bAQID"),
            (std::vector<std::string>{"text:4hello", "text:2", "text:4€", "binary:\x01\x02\x03"}));
}

TEST(PayloadReader, RefusesEmptyPacketsAndBadBase64) {
  EXPECT_EQ(read_all("").back(), "refused");
  EXPECT_EQ(read_all("4a\x1e\x1e"
                     "4b")
                .back(),
            "refused");
  EXPECT_EQ(read_all("4a\x1e").back(), "refused");
  EXPECT_EQ(read_all("b***").back(), "refused");
}

TEST(PayloadAppend, WritesWhatTheReaderReads) {
  std::string body;
  std::size_t expected = 0;
  for (const FramePtr& frame :
       {Frame::text("4hello"), Frame::binary("\x01\x02\x03\x04"), Frame::text("2")}) {
    expected += payload_bytes(*frame);
    append_to_payload(body, *frame);
  }

  EXPECT_EQ(body,
            "4hello\x1e"
            "bAQIDBA==\x1e"
            "2");
  EXPECT_EQ(body.size() + 1, expected);
}

}  // namespace
}  // namespace quickclinic::engineio
