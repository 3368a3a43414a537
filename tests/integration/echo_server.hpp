#pragma once

#include "tests/support/http_client.hpp"
#include "transport/server.hpp"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>

namespace quickclinic::testing {

/// A real server on a free port of this machine, whose application answers tests:
///
/// - `echo` comes back as an event, `ask` as an acknowledgement, `flaw` answers what ails its
/// event;
/// - `join` and `leave` take a room; `tell` takes a room and sends the rest to it as `told`;
/// - `shout` goes to everybody as `shouted`; `number` makes the first shard send the next number to
///   everybody as `numbered`;
/// - `GET /shard` answers the number of the shard that has the connection, `GET /large` 5000 times
/// `a`,
///   compressed for those who like it.
///
/// Driven by one thread; `departure` and `session_count` tell what the shards have seen.
class EchoServer {
 public:
  using Adjust = std::function<void(transport::Options&)>;

  explicit EchoServer(unsigned shards, const Adjust& adjust = {});

  std::uint16_t port() const noexcept { return port_; }
  transport::Server& server() noexcept { return server_; }
  std::size_t session_count() const noexcept { return server_.session_count(); }

  /// Waits for a socket to disconnect and answers the reason; in the order in which they did.
  std::string departure();
  /// Makes requests until there are `count` sessions; false when that takes too long.
  bool comes_to_have_sessions(std::size_t count);
  /// A connection that is on another shard than the session `sid`.
  HttpClient connection_away_from(std::string_view sid) const;

 private:
  void set_up(transport::Shard& shard);
  void set_up_rooms(transport::Shard& shard, socketio::Namespace& root);

  std::mutex mutex_;
  std::condition_variable departed_;
  std::deque<std::string> departures_;
  std::int64_t numbers_ = 0;  // the first shard's
  transport::Server server_;  // last: its shards use the rest
  std::uint16_t port_ = 0;
};

}  // namespace quickclinic::testing
