#include "load/scenarios.hpp"

#include <cstdlib>
#include <exception>
#include <iostream>

namespace {

using namespace quickclinic::load;

JsonLine run(const Options& options) {
  JsonLine line;
  line.add("scenario", options.scenario_name);
  line.add("transport", options.transport == Transport::polling ? "polling" : "websocket");
  line.add("connections", std::uint64_t{options.connections});
  line.add("window", std::uint64_t{options.window});
  line.add("rate_asked", options.rate);
  Stage stage(options);
  switch (options.scenario) {
    case Scenario::idle:
      run_idle(stage, line);
      break;
    case Scenario::rooms:
      run_rooms(stage, line);
      break;
    case Scenario::talk:
      run_talk(stage, line);
      break;
    case Scenario::handshake:
      run_handshake(stage, line);
      break;
    case Scenario::echo:
    case Scenario::ack:
    case Scenario::chat:
    case Scenario::history:
      run_exchange(stage, line);
      break;
  }
  return line;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Options options = parse_options(argc, argv);
    std::cout << run(options).text() << std::endl;
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::cerr << "quickclinic_load: " << error.what() << std::endl;
    return EXIT_FAILURE;
  }
}
