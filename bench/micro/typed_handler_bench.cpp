// What a handler that names its types costs over one that reads and writes JSON by hand: an event
// with a small struct, answered with another, from packet to queue.
#include "json/fields.hpp"
#include "socketio/namespace.hpp"
#include "tests/support/wire_client.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace quickclinic;

struct SendMessage {
  std::string text;
  std::string clientMessageId;
};
BOOST_DESCRIBE_STRUCT(SendMessage, (), (text, clientMessageId))

struct Receipt {
  bool ok = true;
  std::string clientMessageId;
};
BOOST_DESCRIBE_STRUCT(Receipt, (), (ok, clientMessageId))

void answer_by_hand(socketio::Socket&, socketio::Event& event) {
  const auto fields = json::Fields::of(event.argument(0));
  if (!fields) return;
  const auto text = fields->required_text("text");
  const auto id = fields->required_text("clientMessageId");
  if (!text || !id) return;
  SendMessage message{std::string(*text), std::string(*id)};
  benchmark::DoNotOptimize(message);
  std::string out = R"([{"ok":true,"clientMessageId":)";
  json::append_string(out, message.clientMessageId);
  out += "}]";
  event.ack.send_text(out);
}

template <class Handler>
void answered(benchmark::State& state, Handler handler) {
  testing::ManualShard shard;
  shard.server.of("/").on("send", handler);
  testing::WireClient client(shard);
  client.say("0");
  std::vector<engineio::FramePtr> frames;
  client.session.take_frames(frames);
  for (auto _ : state) {
    client.client.receive(R"(27["send",{"text":"Good morning","clientMessageId":"web-1"}])", false);
    frames.clear();
    client.session.take_frames(frames);
  }
  if (frames.size() != 1) state.SkipWithError("no answer");
}

void handler_by_hand(benchmark::State& state) {
  answered(state, socketio::EventHandler(answer_by_hand));
}
BENCHMARK(handler_by_hand);

void handler_typed(benchmark::State& state) {
  answered(state, [](SendMessage message) {
    benchmark::DoNotOptimize(message);
    return Receipt{true, std::move(message.clientMessageId)};
  });
}
BENCHMARK(handler_typed);

void described_read(benchmark::State& state) {
  const auto value = json::parse(R"({"text":"Good morning","clientMessageId":"web-1"})").value();
  for (auto _ : state) benchmark::DoNotOptimize(json::read<SendMessage>(value));
}
BENCHMARK(described_read);

void described_write(benchmark::State& state) {
  const SendMessage message{"Good morning", "web-1"};
  for (auto _ : state) benchmark::DoNotOptimize(json::to_text(message));
}
BENCHMARK(described_write);

}  // namespace
