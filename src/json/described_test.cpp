#include "json/described.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace quickclinic::json {
namespace {

enum class Urgency { routine, urgent };
BOOST_DESCRIBE_ENUM(Urgency, routine, urgent)

struct Item {
  std::string name;
  std::uint8_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Item, (), (name, count))

struct Entry {
  std::int64_t at = 0;
};
BOOST_DESCRIBE_STRUCT(Entry, (), (at))

struct Order : Entry {
  std::vector<Item> items;
  Urgency urgency = Urgency::routine;
  std::optional<std::string> note;
  std::optional<int> limit = 20;
};
BOOST_DESCRIBE_STRUCT(Order, (Entry), (items, urgency, note, limit))

struct Tree {
  std::vector<Tree> children;
};
BOOST_DESCRIBE_STRUCT(Tree, (), (children))

struct Blob {
  Bytes data;
};
BOOST_DESCRIBE_STRUCT(Blob, (), (data))

using OrderId = StrongId<struct OrderIdTag>;

struct Celsius {
  double degrees = 0;
};

}  // namespace

template <>
struct Codec<Celsius> {
  static bool read(Reader& reader, const Value& value, Celsius& out) {
    return reader.number(value, out.degrees);
  }
  static void write(Writer& writer, const Celsius& value) { writer.number(value.degrees); }
};

namespace {

template <class T>
Result<T> read_text(std::string_view text) {
  return read<T>(parse(text).value());
}

template <class T>
std::string refusal(std::string_view text) {
  const auto result = read_text<T>(text);
  if (result) return "was taken";
  EXPECT_EQ(result.error().code, make_error_code(JsonError::wrong_type));
  return result.error().context;
}

template <class T>
std::string through(std::string_view text) {
  return to_text(read_text<T>(text).value());
}

struct Stranger {};
static_assert(Readable<Order> && Readable<std::map<std::string, std::vector<Order>>>);
static_assert(Readable<Celsius> && Readable<OrderId> && Readable<Tree>);
static_assert(!Readable<Stranger> && !Readable<std::vector<Stranger>>);
static_assert(!Readable<char> && !Readable<const char*> && !Readable<std::string_view>);
static_assert(!Readable<std::map<int, int>>);
static_assert(Writable<const char*> && Writable<char[4]> && Writable<std::nullptr_t>);
static_assert(!Writable<Stranger> && !Writable<char> && !Writable<int*>);

TEST(JsonRead, FillsAStructWithAllThatItHolds) {
  const Order order =
      read_text<Order>(
          R"({"at":7,"items":[{"name":"a","count":255},{"name":"é","count":2.0,"x":[]}],)"
          R"("urgency":"urgent","note":"soon","limit":3,"more":{}})")
          .value();

  EXPECT_EQ(order.at, 7);
  ASSERT_EQ(order.items.size(), 2U);
  EXPECT_EQ(order.items[0].count, 255);
  EXPECT_EQ(order.items[1].name, "é");
  EXPECT_EQ(order.items[1].count, 2);
  EXPECT_EQ(order.urgency, Urgency::urgent);
  EXPECT_EQ(order.note, "soon");
  EXPECT_EQ(order.limit, 3);
}

TEST(JsonRead, KeepsTheInitialiserOfAnOptionalMemberThatIsMissingOrNull) {
  for (const char* text : {R"({"at":0,"items":[],"urgency":"routine"})",
                           R"({"at":0,"items":[],"urgency":"routine","note":null,"limit":null})"}) {
    const Order order = read_text<Order>(text).value();

    EXPECT_EQ(order.note, std::nullopt) << text;
    EXPECT_EQ(order.limit, 20) << text;
  }
}

TEST(JsonRead, SaysWhereSomethingIsWrongAndWhatWasWanted) {
  const std::string order = R"({"at":0,"urgency":"urgent","items":)";

  EXPECT_EQ(refusal<Order>("7"), "must be an object, not a number");
  EXPECT_EQ(refusal<Order>("{}"), "at: is missing");
  EXPECT_EQ(refusal<Order>(order + "{}}"), "items: must be an array, not an object");
  EXPECT_EQ(refusal<Order>(order + R"([{"name":"a","count":1},{"name":"b"}]})"),
            "items[1].count: is missing");
  EXPECT_EQ(refusal<Order>(order + R"([{"name":"a","count":256}]})"),
            "items[0].count: must be a whole number from 0 to 255");
  EXPECT_EQ(refusal<Order>(order + R"([{"name":null,"count":1}]})"),
            "items[0].name: must be a string, not null");
  EXPECT_EQ(refusal<Order>(R"({"at":0,"items":[],"urgency":"later"})"),
            R"(urgency: must be one of "routine", "urgent")");
  EXPECT_EQ(refusal<Order>(order + R"([],"note":[true]})"), "note: must be a string, not an array");
  EXPECT_EQ(refusal<std::vector<std::vector<bool>>>("[[true],[false,0]]"),
            "[1][1]: must be true or false, not a number");
}

TEST(JsonRead, RepeatsNothingThatThePeerHasSent) {
  EXPECT_EQ((refusal<std::map<std::string, int>>(R"({"secret":"secret"})")),
            "[*]: must be a whole number from -2147483648 to 2147483647, not a string");
  EXPECT_EQ(refusal<Blob>(R"({"data":"secret"})"), "data: must be binary, not a string");
}

TEST(JsonRead, TakesWholeNumbersUpToTheBoundsOfTheirType) {
  EXPECT_EQ(read_text<std::int8_t>("-128").value(), -128);
  EXPECT_FALSE(read_text<std::int8_t>("-129"));
  EXPECT_FALSE(read_text<std::int8_t>("128"));
  EXPECT_FALSE(read_text<unsigned>("-1"));
  EXPECT_FALSE(read_text<int>("1.5"));
  EXPECT_EQ(read_text<int>("1e3").value(), 1000);
  EXPECT_EQ(read_text<std::int64_t>("-9223372036854775808").value(),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(read_text<std::int64_t>("-9223372036854775808.0").value(),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_FALSE(read_text<std::int64_t>("9223372036854775808"));
  EXPECT_FALSE(read_text<std::int64_t>("9223372036854775808.0"));
  EXPECT_EQ(read_text<std::uint64_t>("18446744073709551615").value(),
            std::numeric_limits<std::uint64_t>::max());
  EXPECT_FALSE(read_text<std::uint64_t>("18446744073709551616"));
  EXPECT_EQ(refusal<std::int64_t>("0.5"), "must be a whole number");
  EXPECT_EQ(refusal<std::uint64_t>("-0.5"), "must be a whole number from 0");
}

TEST(JsonRead, OwnsWhatItHasRead) {
  Value value;
  {
    Arena arena;
    value = read<Value>(parse(R"({"a":["long enough for the heap"]})", Storage(&arena)).value())
                .value();
  }

  EXPECT_EQ(to_text(value), R"({"a":["long enough for the heap"]})");
}

TEST(JsonWrite, GivesBackWhatWasRead) {
  const char* order =
      R"({"at":-1,"items":[{"name":"\"","count":9}],"urgency":"urgent","note":"n","limit":1})";

  EXPECT_EQ(through<Order>(order), order);
  EXPECT_EQ(through<Tree>(R"({"children":[{"children":[]},{"children":[]}]})"),
            R"({"children":[{"children":[]},{"children":[]}]})");
  EXPECT_EQ((through<std::map<std::string, std::vector<double>>>(R"({"a":[1.5,2],"b":[]})")),
            R"({"a":[1.5,2],"b":[]})");
  EXPECT_EQ(through<std::vector<std::optional<bool>>>("[true,null]"), "[true,null]");
  EXPECT_EQ(through<OrderId>(R"("x")"), R"("x")");
  EXPECT_EQ(through<Celsius>("36.6"), "36.6");
  EXPECT_EQ(through<Object>(R"({"a":[null]})"), R"({"a":[null]})");
  EXPECT_EQ(through<Array>(R"([{"a":1},18446744073709551615])"),
            R"([{"a":1},18446744073709551615])");
}

TEST(JsonWrite, LeavesOutWhatIsEmpty) {
  Order order;
  order.limit.reset();

  EXPECT_EQ(to_text(order), R"({"at":0,"items":[],"urgency":"routine"})");
}

TEST(JsonWrite, BuildsTheSameAsAValue) {
  Order order;
  order.items = {{"a", 1}, {"b", 2}};

  EXPECT_EQ(to_text(to_value(order)), to_text(order));
  EXPECT_EQ(to_text(to_value(nullptr)), "null");
  EXPECT_EQ(to_text(to_value("text")), R"("text")");
  EXPECT_EQ(to_text(to_value(std::vector<bool>{true, false})), "[true,false]");
}

}  // namespace
}  // namespace quickclinic::json
