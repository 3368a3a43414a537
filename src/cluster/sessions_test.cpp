#include "cluster/sessions.hpp"

#include "base/base64.hpp"
#include "socketio/msgpack.hpp"

#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace quickclinic::cluster {
namespace {

using socketio::FoundSessionPtr;
using socketio::SharedSession;

/// What is asked for is answered at once, from what the test has put there.
struct HeldStreams final : Streams {
  void follow(Follower) override {}
  void append(const EntryFields&, std::function<void(Result<EntryId>)>) override {}
  void range(const EntryId& from, const EntryId& to, std::size_t count,
             std::function<void(Result<std::vector<StreamEntry>>)> done) override {
    if (away) {
      done(fail(Condition::unavailable));
      return;
    }
    std::vector<StreamEntry> found;
    for (const StreamEntry& entry : entries) {
      if (from <= entry.id && entry.id <= to && found.size() < count) found.push_back(entry);
    }
    done(found);
  }
  void keep(std::string_view key, std::string_view value, std::chrono::milliseconds time) override {
    kept[std::string(key)] = value;
    kept_for = time;
  }
  void take(std::string_view key, std::function<void(std::optional<std::string>)> done) override {
    const auto found = kept.find(std::string(key));
    if (away || found == kept.end()) {
      done(std::nullopt);
      return;
    }
    const std::string value = found->second;
    kept.erase(found);
    done(value);
  }

  std::vector<StreamEntry> entries;
  std::map<std::string, std::string> kept;
  std::chrono::milliseconds kept_for{0};
  bool away = false;
};

struct SessionsTest : ::testing::Test {
  SessionsTest() { settings.disconnection_max = std::chrono::milliseconds(5000); }

  void add(std::uint64_t ms, std::string event, std::string opts, std::string nsp = "/") {
    streams.entries.push_back({.id = {.ms = ms, .number = 0},
                               .fields = {{"uid", "u"},
                                          {"nsp", std::move(nsp)},
                                          {"type", "3"},
                                          {"data", R"({"packet":{"type":2,"data":[")" + event +
                                                       R"("]},"opts":)" + opts + "}"}}});
  }
  /// The missed events and their offsets, or "none".
  std::string find(std::string_view offset, std::string_view session = "secret",
                   std::string_view nsp = "/") {
    Sessions sessions(streams, "sio:session:", settings);
    std::string told = "nothing";
    sessions.find(nsp, session, offset, [&](const FoundSessionPtr& found) {
      told = found == nullptr ? "none" : "";
      if (found == nullptr) return;
      for (const auto& event : found->missed) told += event.name + "@" + event.offset + " ";
      seen = found->seen;
      session_found = found->session;
    });
    return told;
  }
  void keep() {
    Sessions(streams, "sio:session:", settings)
        .keep("/", {.id = socketio::SocketId("me"),
                    .session = "secret",
                    .rooms = {"a", "b"},
                    .data = json::Object{{"k", 1}}});
  }

  HeldStreams streams;
  socketio::RecoverySettings settings;
  std::uint64_t seen = 0;
  SharedSession session_found;
};

constexpr const char* everybody = R"({"rooms":[],"except":[],"flags":{}})";

TEST_F(SessionsTest, GivesASessionBackOnceWithWhatItMissed) {
  keep();
  EXPECT_EQ(streams.kept_for, settings.disconnection_max);
  add(1, "before", everybody);
  add(2, "last", everybody);
  add(3, "all", everybody);
  add(4, "to a", R"({"rooms":["x","a"],"except":[],"flags":{}})");
  add(5, "to x", R"({"rooms":["x"],"except":[],"flags":{}})");
  add(6, "not b", R"({"rooms":[],"except":["b"],"flags":{}})");
  add(7, "volatile", R"({"rooms":[],"except":[],"flags":{"volatile":true}})");
  add(8, "elsewhere", everybody, "/n");
  add(9, "to me", R"({"rooms":["me"],"except":[],"flags":{}})");

  EXPECT_EQ(find("2-0"), "all@3-0 to a@4-0 to me@9-0 ");

  EXPECT_EQ(seen, place_of({.ms = 9, .number = 0})->number + 1);
  EXPECT_EQ(session_found.id.text(), "me");
  EXPECT_EQ(session_found.rooms, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(json::to_text(session_found.data), R"({"k":1})");
  EXPECT_EQ(find("2-0"), "none");
}

TEST_F(SessionsTest, ReadsOnUntilTheEnd) {
  keep();
  for (std::uint64_t ms = 1; ms <= 3 * Sessions::entries_at_once; ++ms) add(ms, "e", everybody);

  const std::string missed = find("1-0");

  EXPECT_TRUE(missed.starts_with("e@2-0 e@3-0 "));
  EXPECT_TRUE(missed.ends_with("e@300-0 "));
}

TEST_F(SessionsTest, FindsNoneWhereItCannotBeSure) {
  add(2, "e", everybody);
  for (const char* offset : {"", "1-0", "2", "x", "abc.0.1"}) {
    keep();
    EXPECT_EQ(find(offset), "none") << offset;
  }
  keep();
  EXPECT_EQ(find("2-0", "other"), "none");
  EXPECT_EQ(find("2-0", ""), "none");
  EXPECT_EQ(find("2-0", std::string(1000, 'x')), "none");
  EXPECT_EQ(find("2-0", "secret", "/admin"), "none");
  keep();
  streams.away = true;
  EXPECT_EQ(find("2-0"), "none");
}

TEST_F(SessionsTest, FindsNoneWhenMoreWasMissedThanMayBe) {
  settings.packets_max = 2;
  for (std::uint64_t ms = 1; ms <= 4; ++ms) add(ms, "e", everybody);
  keep();
  EXPECT_EQ(find("1-0"), "none");
  keep();
  EXPECT_EQ(find("2-0"), "e@3-0 e@4-0 ");
  settings.bytes_max = 10;
  keep();
  EXPECT_EQ(find("3-0"), "none");
}

TEST_F(SessionsTest, FindsNoneInWhatIsNoSession) {
  add(1, "e", everybody);
  const auto stored = [](const json::Object& fields) {
    return base64_encode(socketio::msgpack::write(fields, {}));
  };
  for (const std::string& value : {std::string(), std::string("!"), std::string("{}"),
                                   base64_encode("{}"), base64_encode("\x90"), stored({}),
                                   stored({{"sid", "s"}}), stored({{"sid", 1}, {"pid", "secret"}}),
                                   stored({{"sid", "s"}, {"pid", "secret"}, {"rooms", 1}}),
                                   stored({{"sid", "s"}, {"pid", "another"}})}) {
    streams.kept["sio:session:secret"] = value;
    EXPECT_EQ(find("1-0"), "none") << value;
  }
  streams.kept["sio:session:secret"] = stored({{"sid", "s"}, {"pid", "secret"}});
  EXPECT_EQ(find("1-0"), "");
}

TEST(SessionsWire, IsWhatNodeStores) {
  // `encode({sid: "s", pid: "p", rooms: ["s", "r"], data: {}})` of `@msgpack/msgpack`.
  const auto session = read_session("/", "hKNzaWShc6NwaWShcKVyb29tc5Khc6FypGRhdGGA");

  ASSERT_TRUE(session);
  EXPECT_EQ(session->id.text(), "s");
  EXPECT_EQ(session->session, "p");
  EXPECT_EQ(session->rooms, std::vector<std::string>{"r"});
}

TEST(SessionsWire, PlacesRiseWithTheIds) {
  EXPECT_LT(place_of({.ms = 1, .number = 9})->number, place_of({.ms = 2, .number = 0})->number);
  EXPECT_FALSE(place_of({.ms = 1ULL << 42U, .number = 0}));
  EXPECT_FALSE(place_of({.ms = 1, .number = 1U << 22U}));
}

}  // namespace
}  // namespace quickclinic::cluster
