#include "json/json.hpp"

#include "json/enclosing.hpp"
#include "json/fields.hpp"

#include <gtest/gtest.h>

namespace quickclinic::json {
namespace {

TEST(JsonParse, ReadsAWholeValueAndNothingAfterIt) {
  EXPECT_EQ(to_text(parse(R"({"a":[1,-2,"x",null,true]})").value()),
            R"({"a":[1,-2,"x",null,true]})");
  EXPECT_FALSE(parse(R"({} {})"));
  EXPECT_FALSE(parse(""));
  EXPECT_FALSE(parse("[1"));
}

TEST(JsonParse, MeetsTheDepthLimitAndRefusesOneMore) {
  const std::string at(depth_max, '[');
  const std::string end(depth_max, ']');

  EXPECT_TRUE(parse(at + end));
  EXPECT_EQ(parse("[" + at + end + "]").error().code, make_error_code(JsonError::too_deep));
}

TEST(JsonParseEnclosing, AllowsForTheLevelsAroundOtherJson) {
  const std::string at(depth_max + 2, '[');
  const std::string end(depth_max + 2, ']');

  EXPECT_TRUE(parse_enclosing(at + end, 2));
  EXPECT_FALSE(parse_enclosing("[" + at + end + "]", 2));
  EXPECT_TRUE(parse_enclosing(R"(["\ud800"])", 2)->repaired);
}

TEST(JsonParse, RefusesBytesThatAreNotUtf8) { EXPECT_FALSE(parse("\"\xFF\"")); }

TEST(JsonParse, RefusesNumbersThatCouldNotBeWrittenAgain) {
  for (const char* text : {"1e400", "[-1e999]", R"({"a":[2e308]})"}) {
    const auto refused = parse(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code, make_error_code(JsonError::malformed)) << text;
  }
  EXPECT_TRUE(parse("[1.7e308,-4.9e-324,0e-400,0e400]"));
}

TEST(JsonParseLenient, PutsAReplacementForALoneSurrogateAndSaysSo) {
  for (const char* text : {R"(["\ud800"])", R"(["\udc00"])", R"(["\ud800x"])", R"(["\ud800\n"])"}) {
    const auto parsed = parse_lenient(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_TRUE(parsed->repaired) << text;
    EXPECT_TRUE(to_text(parsed->value).starts_with("[\"\xEF\xBF\xBD")) << text;
  }
  EXPECT_FALSE(parse_lenient(R"(["\ud83d\ude00","\\ud800"])")->repaired);
}

TEST(JsonAppendString, EscapesWhatJsonMustEscape) {
  std::string out;
  append_string(out, std::string("a\"\\\n\b\f\x01\0é", 10));

  EXPECT_EQ(out, R"("a\"\\\n\b\f\u0001\u0000é")");
}

TEST(JsonAppendString, FindsEveryByteToEscapeWhereverItStands) {
  for (int byte = 1; byte < 0x80; ++byte) {
    for (std::size_t place = 0; place < 20; ++place) {
      std::string text(20, '\x7F');
      text[place] = static_cast<char>(byte);
      std::string out;
      append_string(out, text);

      const bool escaped = byte < 0x20 || byte == '"' || byte == '\\';
      EXPECT_EQ(out == '"' + text + '"', !escaped) << byte << " at " << place;
      EXPECT_EQ(view(parse(out).value().as_string()), text) << byte << " at " << place;
    }
  }
}

TEST(JsonToText, WritesEveryKindOfValueWithoutPadding) {
  const char* text =
      R"({"n":null,"t":[true,false],"i":-7,"u":18446744073709551615,"e":[{},[]],"s":"\/é"})";

  EXPECT_EQ(to_text(parse(text).value()),
            R"({"n":null,"t":[true,false],"i":-7,"u":18446744073709551615,"e":[{},[]],"s":"/é"})");
}

TEST(JsonFields, ReadsTypedFieldsAndNamesTheWrongOne) {
  const Value value = parse(R"({"t":"x","n":2.0,"b":true,"z":null,"big":1e300})").value();
  const Fields fields = Fields::of(value).value();

  EXPECT_EQ(fields.text("t").value(), "x");
  EXPECT_EQ(fields.integer("n").value(), 2);
  EXPECT_EQ(fields.boolean("b").value(), true);
  EXPECT_EQ(fields.text("z").value(), std::nullopt);
  EXPECT_EQ(fields.text("n").error().context, "n");
  EXPECT_FALSE(fields.integer("big"));
  EXPECT_FALSE(fields.required_text("missing"));
  EXPECT_FALSE(Fields::of(Value(7)));
}

}  // namespace
}  // namespace quickclinic::json
