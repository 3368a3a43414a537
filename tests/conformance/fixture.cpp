// The library as the test suites of others expect to find a server; see each mode's header.
#include "socketio/msgpack_parser.hpp"
#include "tests/conformance/cluster_mode.hpp"
#include "tests/conformance/eio3_mode.hpp"
#include "tests/conformance/eio_client_mode.hpp"
#include "tests/conformance/protocol_mode.hpp"
#include "tests/conformance/sio_client_mode.hpp"
#include "transport/run.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

int main(int argc, char** argv) {
  using namespace quickclinic;

  conformance::ClusterSettings cluster;
  struct Mode {
    std::function<transport::Options()> options;
    void (*set_up)(transport::Shard&);
  };
  const std::map<std::string, Mode> modes{
      {"protocol", {conformance::protocol_options, conformance::set_up_protocol}},
      {"eio3", {conformance::eio3_options, conformance::set_up_protocol}},
      {"eio-client", {conformance::eio_client_options, [](transport::Shard&) {}}},
      {"sio-client", {conformance::sio_client_options, conformance::set_up_sio_client}},
      {"cluster",
       {[&] { return conformance::cluster_options(cluster); }, conformance::set_up_cluster}},
  };

  CLI::App app("A server for the test suites of the protocols and of the official clients");
  std::string mode = "protocol";
  std::uint16_t port = 0;
  app.add_option("--mode", mode, "which suite")->check(CLI::IsMember(&modes));
  app.add_option("--port", port, "0: any free port");
  std::uint32_t ping_interval = 0;
  app.add_option("--ping-interval", ping_interval, "milliseconds; 0: the mode's own");
  std::string deflate;
  app.add_option("--deflate", deflate, "WebSocket messages may be compressed, and what for")
      ->check(CLI::IsMember({"alone", "with-context"}));
  std::string parser = "default";
  app.add_option("--parser", parser, "how packets are encoded")
      ->check(CLI::IsMember({"default", "msgpack"}));
  app.add_option("--redis", cluster.redis, "mode cluster: where Redis is");
  app.add_option("--key", cluster.key, "mode cluster: what its channels begin with");
  app.add_option("--shards", cluster.shards, "mode cluster: how many");
  std::uint32_t recovery_ms = 0;
  app.add_option("--recovery", recovery_ms, "mode cluster: milliseconds that clients may be gone");
  app.add_option("--adapter", cluster.adapter, "mode cluster: how servers talk to each other")
      ->check(CLI::IsMember({"classic", "classic-apart", "sharded", "sharded-all", "sharded-none",
                             "streams", "streams-sharded"}));
  CLI11_PARSE(app, argc, argv);
  cluster.recovery = std::chrono::milliseconds(recovery_ms);

  transport::Options options = modes.at(mode).options();
  options.endpoint = {.host = "127.0.0.1", .port = port};
  if (ping_interval != 0) {
    options.engine.ping_interval = std::chrono::milliseconds(ping_interval);
    for (auto& mount : options.engines)
      mount.options.engine.ping_interval = options.engine.ping_interval;
  }
  options.websocket_compression.enabled = !deflate.empty();
  options.websocket_compression.keep_server_context = deflate == "with-context";
  options.websocket_compression.keep_client_context = deflate == "with-context";
  if (parser == "msgpack") options.socket.parser = std::make_shared<socketio::MsgpackParser>();
  return transport::run(std::move(options), modes.at(mode).set_up);
}
