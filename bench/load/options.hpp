#pragma once

#include "load/session.hpp"

#include <sys/types.h>

#include <chrono>
#include <string>

namespace quickclinic::load {

enum class Scenario { echo, ack, idle, rooms, handshake, chat, talk, history };

/// One run, as the command line asks for it. Everything is bounded: a forgotten generator ends by
/// itself.
struct Options {
  Scenario scenario = Scenario::echo;
  std::string scenario_name;  ///< as it was typed: `polling` is the echo over long-polling
  Transport transport = Transport::websocket;
  Target target;
  pid_t server_process = 0;
  pid_t database_process = 0;  ///< measured too when it is named

  std::size_t connections = 100;
  std::size_t window = 1;  ///< requests under way on each connection (in each room: broadcasts)
  double rate = 0;  ///< requests a second over all connections; 0: the next follows the answer
  std::size_t room_size = 10;
  std::size_t text_bytes = 5;
  std::string token;       ///< for the CONNECT packet, where the server wants one
  std::string identities;  ///< a file with a token and a relation on each line

  std::chrono::milliseconds warm_up{2000};
  std::chrono::milliseconds measured{5000};
  std::chrono::milliseconds join_limit{60000};
};

/// Throws `Failure` for what makes no sense. `--help` and a malformed flag print and end the
/// process.
Options parse_options(int argc, char** argv);

}  // namespace quickclinic::load
