#include "socketio/typed_handler.hpp"

#include "base/completion.hpp"
#include "socketio/namespace.hpp"
#include "tests/support/manual_loop.hpp"
#include "tests/support/wire_client.hpp"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace quickclinic::socketio {
namespace {

struct SendMessage {
  std::string text;
  std::optional<int> urgency;
};
BOOST_DESCRIBE_STRUCT(SendMessage, (), (text, urgency))

struct Receipt {
  std::string text;
  int count = 0;
};
BOOST_DESCRIBE_STRUCT(Receipt, (), (text, count))

struct Picture {
  std::string name;
  Bytes data;
};
BOOST_DESCRIBE_STRUCT(Picture, (), (name, data))

using Heard = std::vector<std::string>;

/// A client in the namespace `/`, and the place where coroutines run.
struct TypedHandler : ::testing::Test {
  TypedHandler() {
    client.say("0");
    client.heard();
  }

  Heard said(std::string_view packet) {
    client.say(packet);
    loop.run();
    return client.heard();
  }

  testing::ManualLoop loop;
  testing::ManualShard shard{{}, nullptr, false, [this] { return loop.executor(); }};
  testing::WireClient client{shard};
  Namespace& nsp = shard.server.of("/");
};

Heard refused(std::string_view id, std::string_view words) {
  return {"3" + std::string(id) + R"([{"ok":false,"error":{"code":"bad_request","message":")" +
          std::string(words) + R"("}}])"};
}

TEST_F(TypedHandler, GetsAStructAndAnswersWithOne) {
  nsp.on("send", [](Socket&, const SendMessage& message) {
    return Receipt{message.text, message.urgency.value_or(-1)};
  });

  EXPECT_EQ(said(R"(27["send",{"text":"hi","urgency":2}])"),
            Heard{R"(37[{"text":"hi","count":2}])"});
  EXPECT_EQ(said(R"(28["send",{"text":"hi"}])"), Heard{R"(38[{"text":"hi","count":-1}])"});
  EXPECT_EQ(said(R"(2["send",{"text":"hi"}])"), Heard{});
}

TEST_F(TypedHandler, GetsSeveralArgumentsOfWhichTheLastMayBeMissing) {
  nsp.on("sum", [](int a, int b, std::optional<int> c) { return a + b + c.value_or(0); });

  EXPECT_EQ(said(R"(21["sum",1,2])"), Heard{"31[3]"});
  EXPECT_EQ(said(R"(22["sum",1,2,null])"), Heard{"32[3]"});
  EXPECT_EQ(said(R"(23["sum",1,2,4])"), Heard{"33[7]"});
  EXPECT_EQ(said(R"(24["sum",1,2,4,"more"])"), Heard{"34[7]"});
  EXPECT_EQ(said(R"(25["sum",1])"), refused("5", "argument 2 is missing"));
}

TEST_F(TypedHandler, IsNotCalledWithArgumentsThatDoNotFit) {
  int calls = 0;
  nsp.on("send", [&calls](SendMessage, bool) { ++calls; });

  EXPECT_EQ(said(R"(21["send"])"), refused("1", "argument 1 is missing"));
  EXPECT_EQ(said(R"(22["send","hi",true])"),
            refused("2", "argument 1: must be an object, not a string"));
  EXPECT_EQ(said(R"(23["send",{"text":7},true])"),
            refused("3", "argument 1: text: must be a string, not a number"));
  EXPECT_EQ(said(R"(24["send",{"text":"hi"},1])"),
            refused("4", "argument 2: must be true or false, not a number"));
  EXPECT_EQ(said(R"(2["send"])"), Heard{});
  EXPECT_EQ(calls, 0);
}

TEST_F(TypedHandler, IsNotCalledForAnEventThatWasTooLarge) {
  int calls = 0;
  nsp.on("send", [&calls](std::optional<std::string>) { ++calls; });

  client.client.receive_oversized(R"(27["send","a very long)");

  EXPECT_EQ(
      client.heard(),
      Heard{R"(37[{"ok":false,"error":{"code":"too_large","message":"the event is too large"}}])"});
  EXPECT_EQ(calls, 0);
}

TEST_F(TypedHandler, AnswersWithNothingWhenItReturnsNothing) {
  std::vector<std::string> texts;
  nsp.on("note", [&texts](std::string text) { texts.push_back(std::move(text)); });

  EXPECT_EQ(said(R"(21["note","a"])"), Heard{"31[]"});
  EXPECT_EQ(said(R"(2["note","b"])"), Heard{});
  EXPECT_EQ(texts, (std::vector<std::string>{"a", "b"}));
}

TEST_F(TypedHandler, AnswersWithWhateverCanBeWritten) {
  nsp.on("text", [] { return "a \"text\""; });
  nsp.on("list", [] { return std::vector<double>{1, 1.5}; });
  nsp.on("map", [] { return std::map<std::string, bool>{{"yes", true}}; });
  nsp.on("value", [](json::Value value) { return value; });
  nsp.on("none", [] { return nullptr; });
  nsp.on("several", [] { return make_arguments(1, "two", Receipt{"three", 3}, nullptr); });

  EXPECT_EQ(said(R"(21["text"])"), Heard{R"(31["a \"text\""])"});
  EXPECT_EQ(said(R"(22["list"])"), Heard{"32[[1,1.5]]"});
  EXPECT_EQ(said(R"(23["map"])"), Heard{R"(33[{"yes":true}])"});
  EXPECT_EQ(said(R"(24["value",[{"a":null}]])"), Heard{R"(34[[{"a":null}]])"});
  EXPECT_EQ(said(R"(25["none"])"), Heard{"35[null]"});
  EXPECT_EQ(said(R"(26["several"])"), Heard{R"(36[1,"two",{"text":"three","count":3},null])"});
}

TEST_F(TypedHandler, TakesAndAnswersWithBytesWhereverTheyStand) {
  nsp.on("picture", [](Picture picture, Bytes more) {
    picture.name += more.data;
    picture.data.data += "!";
    return picture;
  });

  client.say(
      R"(52-7["picture",{"name":"p","data":{"_placeholder":true,"num":1}},{"_placeholder":true,"num":0}])");
  client.say_binary("first");
  client.say_binary("second");

  EXPECT_EQ(
      client.heard(),
      (Heard{R"(61-7[{"name":"pfirst","data":{"_placeholder":true,"num":0}}])", "<second!>"}));
}

TEST_F(TypedHandler, TakesEveryAttachmentOnce) {
  nsp.on("twice", [](Bytes, Bytes) {});

  client.say(R"(51-7["twice",{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}])");
  client.say_binary("bytes");

  EXPECT_EQ(client.heard(), refused("7", "argument 2: must be binary"));
}

TEST_F(TypedHandler, LeavesTheBytesToOtherHandlersOfTheEvent) {
  std::vector<std::string> seen;
  nsp.on("b", [&seen](Bytes bytes) { seen.push_back(bytes.data); });
  nsp.on("b", [&seen](Arguments all) { seen.push_back(all.attachments.at(0)); });
  nsp.on("b", [&seen](Bytes bytes) { seen.push_back(bytes.data); });

  client.say(R"(51-["b",{"_placeholder":true,"num":0}])");
  client.say_binary("bytes");

  EXPECT_EQ(seen, (std::vector<std::string>{"bytes", "bytes", "bytes"}));
}

TEST_F(TypedHandler, TakesAllArgumentsAsTheyAre) {
  nsp.on("echo", [](Arguments all) { return all; });

  EXPECT_EQ(said(R"(21["echo",1,{"a":[]}])"), Heard{R"(31[1,{"a":[]}])"});
  EXPECT_EQ(said(R"(22["echo"])"), Heard{"32[]"});
}

TEST_F(TypedHandler, FailsWithTheErrorThatItReturns) {
  nsp.on("find", [](int number) -> Result<std::string> {
    if (number == 0) return fail(Condition::not_found, "there is no such number");
    return "found";
  });
  nsp.on("check", [](int number) -> Result<> {
    if (number == 0) return fail(Condition::forbidden);
    return {};
  });

  EXPECT_EQ(said(R"(21["find",1])"), Heard{R"(31["found"])"});
  EXPECT_EQ(
      said(R"(22["find",0])"),
      Heard{
          R"(32[{"ok":false,"error":{"code":"not_found","message":"there is no such number"}}])"});
  EXPECT_EQ(said(R"(23["check",1])"), Heard{"33[]"});
  EXPECT_EQ(said(R"(24["check",0])"),
            Heard{R"(34[{"ok":false,"error":{"code":"forbidden","message":"forbidden"}}])"});
}

TEST_F(TypedHandler, TellsTheClientNothingOfAnException) {
  const std::string internal =
      R"([{"ok":false,"error":{"code":"internal","message":"Internal error"}}])";
  nsp.on("throw", [](int) -> int { throw std::runtime_error("a secret"); });
  nsp.on("strange", [](int) { throw 7; });
  nsp.on("task", [](int) -> Task<int> {
    throw std::runtime_error("a secret");
    co_return 1;
  });

  EXPECT_EQ(said(R"(21["throw",1])"), Heard{"31" + internal});
  EXPECT_EQ(said(R"(22["strange",1])"), Heard{"32" + internal});
  EXPECT_EQ(said(R"(23["task",1])"), Heard{"33" + internal});
  EXPECT_TRUE(client.open());
}

TEST_F(TypedHandler, HandsFailuresToThePolicyOfTheNamespace) {
  std::vector<std::string> failures;
  nsp.on_error([&failures](Socket&, std::string_view event, const Error& error, Ack& ack) {
    failures.push_back(std::string(event) + ", " + std::string(to_code(error.condition())));
    if (ack.wanted()) ack.send_text(R"(["no"])");
  });
  nsp.on("f", [](int) -> Task<> { co_return fail(Condition::conflict); });

  EXPECT_EQ(said(R"(21["f",1])"), Heard{R"(31["no"])"});
  EXPECT_EQ(said(R"(22["f"])"), Heard{R"(32["no"])"});
  EXPECT_EQ(said(R"(2["f",1])"), Heard{});
  EXPECT_EQ(failures, (std::vector<std::string>{"f, conflict", "f, bad_request", "f, conflict"}));
}

TEST_F(TypedHandler, MayTakeTheAnswerAndGiveItLater) {
  Ack kept;
  nsp.on("later", [&kept](int, Ack ack) { kept = std::move(ack); });
  nsp.on("fails", [&kept](Ack ack) -> Result<> {
    kept = std::move(ack);
    return fail(Condition::internal);
  });

  EXPECT_EQ(said(R"(21["later",1])"), Heard{});
  kept.send(make_arguments("now"));
  EXPECT_EQ(client.heard(), Heard{R"(31["now"])"});
  EXPECT_EQ(said(R"(22["fails"])"), Heard{});
}

TEST_F(TypedHandler, MayBeOfTheRawForm) {
  nsp.on("lambda", [](Socket& socket, Event& event) {
    socket.emit(event.name, {event.arguments, event.attachments});
  });
  nsp.on("generic", [](auto& socket, auto& event) { socket.emit_text(event.name, "1"); });
  nsp.on("answers", [](Socket&, Event& event) { return event.arguments.size(); });
  nsp.on("function", EventHandler([](Socket&, Event& event) { event.ack.send_text("[2]"); }));

  EXPECT_EQ(said(R"(2["lambda",{"a":1}])"), Heard{R"(2["lambda",{"a":1}])"});
  EXPECT_EQ(said(R"(21["lambda"])"), Heard{R"(2["lambda"])"});
  EXPECT_EQ(said(R"(22["generic"])"), Heard{R"(2["generic",1])"});
  EXPECT_EQ(said(R"(23["answers",1,2])"), Heard{"33[2]"});
  EXPECT_EQ(said(R"(24["function"])"), Heard{"34[2]"});
}

std::size_t length(const std::string& text) { return text.size(); }

TEST_F(TypedHandler, MayBeAFunctionOrHoldWhatCannotBeCopied) {
  nsp.on("function", length);
  nsp.on("unique",
         [number = std::make_unique<int>(7), calls = 0]() mutable { return *number + calls++; });

  EXPECT_EQ(said(R"(21["function","abc"])"), Heard{"31[3]"});
  EXPECT_EQ(said(R"(22["unique"])"), Heard{"32[7]"});
  EXPECT_EQ(said(R"(23["unique"])"), Heard{"33[8]"});
}

TEST_F(TypedHandler, ServesOneSocketToo) {
  nsp.on_connection([](Socket& socket) {
    socket.on("own", [](int number) { return number + 1; });
    socket.once("first", [] { return true; });
  });
  testing::WireClient late(shard);
  late.say("0");
  late.heard();

  late.say(R"(21["own",1])");
  late.say(R"(22["first"])");
  late.say(R"(23["first"])");

  EXPECT_EQ(late.heard(), (Heard{"31[2]", "32[true]"}));
}

/// Lets coroutines wait for the test.
struct Gate {
  Task<int> pass() {
    return completion<int>([this](std::function<void(Result<int>)> go) { open = std::move(go); });
  }
  std::function<void(Result<int>)> open;
};

TEST_F(TypedHandler, MayBeACoroutineThatOutlivesTheEvent) {
  Gate gate;
  nsp.on("wait", [&gate](Socket& socket, const SendMessage& message) -> Task<Receipt> {
    const Result<int> number = co_await gate.pass();
    if (!number) co_return std::unexpected(number.error());
    socket.emit("waited", make_arguments(message.text));
    co_return Receipt{message.text, *number};
  });

  EXPECT_EQ(said(R"(21["wait",{"text":"long enough not to be in the string itself"}])"), Heard{});
  gate.open(5);
  loop.run();

  EXPECT_EQ(client.heard(),
            (Heard{R"(2["waited","long enough not to be in the string itself"])",
                   R"(31[{"text":"long enough not to be in the string itself","count":5}])"}));
}

TEST_F(TypedHandler, KeepsItsSocketUntilTheCoroutineEnds) {
  Gate gate;
  bool connected = true;
  std::weak_ptr<Socket> watched;
  nsp.on("wait", [&](Socket& socket) -> Task<> {
    watched = socket.weak_from_this();
    co_await gate.pass();
    connected = socket.connected();
    co_return Result<>();
  });
  said(R"(21["wait"])");
  client.vanish();
  EXPECT_FALSE(watched.expired());

  gate.open(0);
  loop.run();

  EXPECT_FALSE(connected);
  EXPECT_TRUE(watched.expired());
}

TEST_F(TypedHandler, IsRefusedWithoutAPlaceForCoroutines) {
  testing::ManualShard bare;
  bare.server.of("/").on("task", []() -> Task<> { co_return Result<>(); });
  testing::WireClient alone(bare);
  alone.say("0");
  alone.heard();

  alone.say(R"(21["task"])");

  EXPECT_EQ(alone.heard(),
            Heard{R"(31[{"ok":false,"error":{"code":"internal","message":"Internal error"}}])"});
}

TEST(Arguments, AreReadOneByOne) {
  const Arguments arguments = make_arguments("text", Bytes{"raw"}, Receipt{"r", 1});

  EXPECT_EQ(read_argument<std::string>(arguments).value(), "text");
  EXPECT_EQ(read_argument<Bytes>(arguments, 1).value().data, "raw");
  EXPECT_EQ(read_argument<Receipt>(arguments, 2).value().count, 1);
  EXPECT_EQ(read_argument<std::optional<int>>(arguments, 3).value(), std::nullopt);
  EXPECT_EQ(read_argument<int>(arguments, 3).error().context, "argument 4 is missing");
  EXPECT_EQ(read_argument<int>(arguments, 0).error().condition(), Condition::bad_request);
}

}  // namespace
}  // namespace quickclinic::socketio
