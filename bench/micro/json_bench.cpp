// A small event's JSON, read and written.
#include "json/fields.hpp"
#include "json/json.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <string_view>

namespace {

namespace json = quickclinic::json;

constexpr std::string_view event =
    R"(["send_message",{"text":"Good morning","clientMessageId":"web-1"}])";

void json_parse_heap(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(json::parse(event));
}
BENCHMARK(json_parse_heap);

void json_parse_arena(benchmark::State& state) {
  for (auto _ : state) {
    unsigned char scratch[4096];
    json::Arena arena(scratch, sizeof scratch);
    benchmark::DoNotOptimize(json::parse(event, json::Storage(&arena)));
  }
}
BENCHMARK(json_parse_arena);

void json_serialise(benchmark::State& state) {
  const json::Value value = json::parse(event).value();
  for (auto _ : state) benchmark::DoNotOptimize(json::to_text(value));
}
BENCHMARK(json_serialise);

void json_append_string(benchmark::State& state) {
  std::string out;
  for (auto _ : state) {
    out.clear();
    json::append_string(out, "Good morning, how did you sleep? \"Well\" is what I hope to hear.");
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(json_append_string);

}  // namespace
