#include "load/options.hpp"

#include "load/failure.hpp"

#include <CLI/CLI.hpp>
#include <arpa/inet.h>

#include <cstdlib>

namespace quickclinic::load {

namespace {

constexpr std::size_t connections_max = 200'000;  // what 200 loopback addresses carry with ease
constexpr std::size_t window_max = 1024;
constexpr std::size_t text_bytes_max = 1 << 20;
constexpr double seconds_max = 600;

const std::map<std::string, Scenario> scenarios = {
    {"echo", Scenario::echo}, {"ack", Scenario::ack},     {"polling", Scenario::echo},
    {"idle", Scenario::idle}, {"rooms", Scenario::rooms}, {"handshake", Scenario::handshake},
    {"chat", Scenario::chat}, {"talk", Scenario::talk},   {"history", Scenario::history},
};

std::chrono::milliseconds from_seconds(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

/// Load is for one's own machine: an address outside 127/8 is refused before anything is sent.
Target loopback_target(const std::string& host, std::uint16_t port, const std::string& path) {
  Target target;
  target.address.sin_family = AF_INET;
  target.address.sin_port = htons(port);
  const std::string& numeric = host == "localhost" ? "127.0.0.1" : host;
  const bool parsed = inet_pton(AF_INET, numeric.c_str(), &target.address.sin_addr) == 1;
  if (!parsed || (ntohl(target.address.sin_addr.s_addr) >> 24U) != 127) {
    throw Failure("--host must be a loopback address (127.x.y.z), not " + host);
  }
  target.host = host + ":" + std::to_string(port);
  target.path = path;
  return target;
}

}  // namespace

Options parse_options(int argc, char** argv) {
  Options options;
  std::string host = "127.0.0.1";
  std::string path = options.target.path;
  std::string transport = "websocket";
  std::uint16_t port = 0;
  double warm_up = 2;
  double seconds = 5;
  double join_seconds = 60;

  CLI::App app(
      "Puts load on a Socket.IO server on this machine and prints what it cost, as one line of "
      "JSON.");
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.add_option("scenario", options.scenario_name,
                 "echo, ack, polling, idle, rooms, handshake, chat, talk or history")
      ->required()
      ->check(CLI::IsMember(scenarios));
  app.add_option("--pid", options.server_process, "The server's process, to measure")->required();
  app.add_option("--database-pid", options.database_process,
                 "The first process of the server's database, to measure with its children");
  app.add_option("--port", port, "The server's port")->required();
  app.add_option("--host", host, "A loopback address")->capture_default_str();
  app.add_option("--path", path, "Where Socket.IO is")->capture_default_str();
  app.add_option("--transport", transport, "websocket or polling")
      ->check(CLI::IsMember({"websocket", "polling"}))
      ->capture_default_str();
  app.add_option("--connections", options.connections, "Sessions; in handshake, how many at a time")
      ->check(CLI::Range(std::size_t{1}, connections_max))
      ->capture_default_str();
  app.add_option("--window", options.window, "Requests under way on each connection")
      ->check(CLI::Range(std::size_t{1}, window_max))
      ->capture_default_str();
  app.add_option("--rate", options.rate, "Requests a second in all; 0: each follows its answer")
      ->check(CLI::Range(0.0, 10e6))
      ->capture_default_str();
  app.add_option("--room-size", options.room_size, "Members of a room, in rooms")
      ->check(CLI::Range(std::size_t{1}, connections_max))
      ->capture_default_str();
  app.add_option("--text-bytes", options.text_bytes, "Length of the text sent")
      ->check(CLI::Range(std::size_t{1}, text_bytes_max))
      ->capture_default_str();
  app.add_option("--token", options.token, "Sent as auth.token");
  app.add_option("--identities", options.identities,
                 "Who joins: a file of lines 'token relationId'; in talk, the two of a relation "
                 "one after the other")
      ->check(CLI::ExistingFile);
  app.add_option("--warm-up", warm_up, "Seconds before measuring")
      ->check(CLI::Range(0.0, seconds_max))
      ->capture_default_str();
  app.add_option("--seconds", seconds, "Seconds to measure")
      ->check(CLI::Range(0.1, seconds_max))
      ->capture_default_str();
  app.add_option("--join-seconds", join_seconds, "How long joining may take")
      ->check(CLI::Range(1.0, seconds_max))
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }

  options.scenario = scenarios.at(options.scenario_name);
  const bool polling = options.scenario_name == "polling" || transport == "polling";
  options.transport = polling ? Transport::polling : Transport::websocket;
  options.target = loopback_target(host, port, path);
  options.warm_up = from_seconds(warm_up);
  options.measured = from_seconds(seconds);
  options.join_limit = from_seconds(join_seconds);
  const bool converses = options.scenario == Scenario::chat || options.scenario == Scenario::talk ||
                         options.scenario == Scenario::history;
  if (converses && options.identities.empty()) {
    throw Failure(options.scenario_name + " needs --identities");
  }
  if (options.scenario == Scenario::talk && options.connections % 2 != 0) {
    throw Failure("talk needs an even number of --connections");
  }
  if (options.scenario == Scenario::rooms && options.connections % options.room_size != 0) {
    throw Failure("--connections must be a multiple of --room-size");
  }
  return options;
}

}  // namespace quickclinic::load
