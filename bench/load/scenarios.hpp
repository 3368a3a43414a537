#pragma once

#include "load/stage.hpp"

namespace quickclinic::load {

/// `echo`, `ack`, `chat` and `history`: sessions that ask and wait for the answer, closed loop or
/// at a fixed rate. With a rate, times count from when a request was due, not from when it left, so
/// that a stalled server cannot hide its stall.
void run_exchange(Stage& stage, JsonLine& line);

/// `idle`: sessions that only answer heartbeats, and what they keep in the server's memory.
void run_idle(Stage& stage, JsonLine& line);

/// `rooms`: one member of each room sends, all of them receive. A message is one delivery to one
/// member.
void run_rooms(Stage& stage, JsonLine& line);

/// `talk`: pairs of sessions in one relation, of which one sends and the other receives; closed
/// loop or at a fixed rate. A message is one delivery, timed from when it was sent or due.
void run_talk(Stage& stage, JsonLine& line);

/// `handshake`: connect, join, leave, over and over. A message is one session; its time lasts until
/// it has joined.
void run_handshake(Stage& stage, JsonLine& line);

}  // namespace quickclinic::load
