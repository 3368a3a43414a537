// The library as the test suites of others expect to find a server; see each mode's header.
#include "tests/conformance/protocol_mode.hpp"
#include "transport/server.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <string>

int main(int argc, char** argv) {
  using namespace quickclinic;

  CLI::App app("A server for the test suites of the protocols and of the official clients");
  std::string mode = "protocol";
  std::uint16_t port = 0;
  app.add_option("--mode", mode, "which suite")->check(CLI::IsMember({"protocol"}));
  app.add_option("--port", port, "0: any free port");
  CLI11_PARSE(app, argc, argv);

  // The signals are taken by `sigwait` below, so every thread has to have them blocked.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  transport::Options options = conformance::protocol_options();
  options.endpoint = {.host = "127.0.0.1", .port = port};
  transport::Server server(std::move(options));
  const auto bound = server.start(conformance::set_up_protocol);
  if (!bound) {
    std::fprintf(stderr, "%s\n", bound.error().describe().c_str());
    return 1;
  }
  std::printf("listening on %u\n", unsigned{*bound});
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  return 0;
}
