// Small masked frames as clients send them: one to a read, and many.
#include "bench/micro/masked_frame.hpp"
#include "transport/websocket_decoder.hpp"

#include <benchmark/benchmark.h>

#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace {

using namespace quickclinic::transport;

constexpr std::string_view event =
    R"(427["send_message",{"text":"Good morning","clientMessageId":"web-1"}])";

void websocket_decode(benchmark::State& state) {
  std::string read;
  for (int i = 0; i < state.range(0); ++i) read += quickclinic::bench::masked_frame(event);
  const WebSocketLimits limits;
  WebSocketDecoder decoder(limits);
  std::string buffer(read.size(), '\0');
  for (auto _ : state) {
    std::memcpy(buffer.data(), read.data(), read.size());  // decoding unmasks in place
    std::span<char> input(buffer);
    WebSocketMessage message;
    while (decoder.next(input, message) == WebSocketDecoder::Outcome::message) {
      benchmark::DoNotOptimize(message.data.data());
    }
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(websocket_decode)->Arg(1)->Arg(32);

}  // namespace
