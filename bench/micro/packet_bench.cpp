// A small event as text: from the wire into a packet, and back into a frame.
#include "engineio/frame.hpp"
#include "socketio/decoder.hpp"
#include "socketio/packet.hpp"

#include <benchmark/benchmark.h>

#include <string_view>

namespace {

using namespace quickclinic::socketio;
namespace json = quickclinic::json;

constexpr std::string_view event =
    R"(27["send_message",{"text":"Good morning","clientMessageId":"web-1"}])";

void packet_head(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(parse_head(event));
}
BENCHMARK(packet_head);

void packet_decode(benchmark::State& state) {
  Decoder decoder;
  for (auto _ : state) {
    unsigned char scratch[4096];
    json::Arena arena(scratch, sizeof scratch);
    benchmark::DoNotOptimize(decoder.text(event, json::Storage(&arena)));
  }
}
BENCHMARK(packet_decode);

void packet_encode_text(benchmark::State& state) {
  constexpr std::string_view arguments = R"({"text":"Good morning","clientMessageId":"web-1"})";
  const Parser& parser = default_parser();
  for (auto _ : state)
    benchmark::DoNotOptimize(parser.event_text({"/", "new_message", 7}, arguments));
}
BENCHMARK(packet_encode_text);

void packet_encode_values(benchmark::State& state) {
  const Arguments arguments{
      json::parse(R"([{"text":"Good morning","clientMessageId":"web-1"}])").value().as_array(), {}};
  for (auto _ : state)
    benchmark::DoNotOptimize(default_parser().event({"/", "new_message", 7}, arguments));
}
BENCHMARK(packet_encode_values);

void packet_encode_ack(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(default_parser().ack_text("/", 7, R"([{"ok":true}])"));
}
BENCHMARK(packet_encode_ack);

void frame_text(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(quickclinic::engineio::Frame::text(event));
}
BENCHMARK(frame_text);

}  // namespace
