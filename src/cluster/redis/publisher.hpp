#pragma once

#include "cluster/pub_sub.hpp"
#include "cluster/redis/line.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace quickclinic::redis {

/// Publishes over one line, appends to streams and asks short questions. Single-threaded; as
/// long-lived as its line.
///
/// While the server is away, what is published waits, in order, up to a bound; what does not fit is
/// dropped and counted. What was on its way when a connection broke is not sent again: a message is
/// heard once or never. What the server refuses is counted too, and said once a connection.
class Publisher {
 public:
  struct Events {
    std::function<void()> ready;
    std::function<void(const Error&)> lost;
  };

  static constexpr std::size_t waiting_bytes_max = 8UL << 20U;

  Publisher(const boost::asio::any_io_executor& executor, const Introduction& introduction,
            Line::Find find, Events events);

  void open() { line_.open(); }
  Line& line() noexcept { return line_; }
  bool ready() const noexcept { return line_.connection() != nullptr; }

  void publish(cluster::ChannelKind kind, std::string_view channel, std::string_view message);
  /// Says any command, as `publish` does. `done` is told the answer; when the command has to wait
  /// or is dropped, an error at once, from the loop.
  void say(std::span<const std::string_view> words, Connection::Done done = {});
  /// Fails at once, from the loop, when the server is away.
  void ask(std::span<const std::string_view> words, Connection::Done done);

  std::uint64_t dropped() const noexcept { return dropped_; }

 private:
  void begin(Connection& connection);
  void count(const Result<Reply>& answer);
  void answer_away(Connection::Done done);

  boost::asio::any_io_executor executor_;
  Events events_;
  Connection::Done published_;
  std::string waiting_;
  std::size_t waiting_count_ = 0;
  std::uint64_t dropped_ = 0;
  bool refusal_said_ = false;
  Line line_;
};

}  // namespace quickclinic::redis
