#include "socketio/offset.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace quickclinic::socketio {
namespace {

TEST(Offset, ComesBackFromItsText) {
  for (const Offset offset :
       {Offset{0, 0}, Offset{3, 35}, Offset{4095, std::numeric_limits<std::uint64_t>::max()}}) {
    EXPECT_EQ(parse_offset(to_text(offset, "abc"), "abc"), offset);
  }
  EXPECT_EQ(to_text({1, 36}, "abc"), "abc.1.10");
}

TEST(Offset, RefusesWhatIsNotOurs) {
  for (const char* text : {"", "abc", "abc.", "abc.1", "abc.1.", "abc..1", "abc.1.2 ", "abc.1.2.3",
                           "abd.1.2", "abc.-1.2", "abc.1.zzzzzzzzzzzzzzzz", "abc.zzzzzzzzz.1"}) {
    EXPECT_EQ(parse_offset(text, "abc"), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace quickclinic::socketio
