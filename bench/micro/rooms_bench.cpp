// One broadcast to a room: encoded once, queued for each member, taken by each transport.
#include "socketio/namespace.hpp"
#include "tests/support/wire_client.hpp"

#include <benchmark/benchmark.h>

#include <deque>
#include <vector>

namespace {

using namespace quickclinic;

void room_broadcast(benchmark::State& state) {
  testing::ManualShard shard;
  socketio::Namespace& root = shard.server.of("/");
  root.on_connection([](socketio::Socket& socket) { socket.join("room"); });
  std::deque<testing::WireClient> members;
  std::vector<engineio::FramePtr> frames;
  for (int i = 0; i < state.range(0); ++i) {
    members.emplace_back(shard).say("0");
    members.back().session.take_frames(frames);
  }
  for (auto _ : state) {
    root.to("room").emit_text("new_message", R"({"text":"Good morning"})");
    for (testing::WireClient& member : members) {
      frames.clear();
      member.session.take_frames(frames);
    }
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(room_broadcast)->Arg(2)->Arg(100)->Arg(1000);

}  // namespace
