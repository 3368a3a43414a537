// All that one echo over WebSocket costs between the read and the write: frame, session, packet,
// handler, packet, queue. What the program adds to this is the network's.
#include "bench/micro/masked_frame.hpp"
#include "socketio/namespace.hpp"
#include "tests/support/wire_client.hpp"
#include "transport/websocket_decoder.hpp"

#include <benchmark/benchmark.h>

#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace quickclinic;

/// One client, connected to a server that answers every event.
struct Echo {
  Echo() {
    shard.server.of("/").on("echo", [](socketio::Socket& socket, socketio::Event& event) {
      socket.emit(event.name, {std::move(event.arguments), std::move(event.attachments)});
    });
    shard.server.of("/").on("acknowledged", [](socketio::Socket&, socketio::Event& event) {
      event.ack.send_text(R"([{"ok":true}])");
    });
    client.say("0");
    client.session.take_frames(frames);
  }

  void exchange(std::span<char> input) {
    transport::WebSocketMessage message;
    while (decoder.next(input, message) == transport::WebSocketDecoder::Outcome::message) {
      const auto received = client.session.receive({message.data, false}, shard.now);
      if (received && received->is_message) client.client.receive(received->data, false);
    }
    frames.clear();
    client.session.take_frames(frames);
    for (const auto& frame : frames) benchmark::DoNotOptimize(frame->websocket().data());
  }

  testing::ManualShard shard;
  testing::WireClient client{shard};
  const transport::WebSocketLimits limits;
  transport::WebSocketDecoder decoder{limits};
  std::vector<engineio::FramePtr> frames;
};

void exchange(benchmark::State& state, std::string_view packet) {
  Echo echo;
  const std::string read = bench::masked_frame(packet);
  std::string buffer(read.size(), '\0');
  for (auto _ : state) {
    std::memcpy(buffer.data(), read.data(), read.size());  // decoding unmasks in place
    echo.exchange(buffer);
  }
  if (echo.frames.size() != 1) state.SkipWithError("no answer");
}

void echo_event(benchmark::State& state) { exchange(state, R"(42["echo",{"text":"hello"}])"); }
BENCHMARK(echo_event);

void echo_acknowledged(benchmark::State& state) {
  exchange(state, R"(427["acknowledged",{"text":"hello"}])");
}
BENCHMARK(echo_acknowledged);

}  // namespace
