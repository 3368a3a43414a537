#pragma once

#include "cluster/redis/line.hpp"
#include "cluster/streams.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::redis {

/// Reads what is added to a stream, on a line of its own, which waits for it. Begins at the end of
/// the stream, and after a lost connection where it was. Single-threaded; as long-lived as its
/// line.
///
/// An entry that is too large for a reply is passed over, with whatever is in front of it.
class EntryReader {
 public:
  struct Events {
    std::function<void()> ready;  ///< from here on it hears what is added
    std::function<void(const Error&)> lost;
  };

  EntryReader(const boost::asio::any_io_executor& executor, const Introduction& introduction,
              Line::Find find, std::string stream, std::size_t count_max, Events events);

  void follow(cluster::Streams::Follower follower) { follower_ = std::move(follower); }
  void open() { line_.open(); }
  Line& line() noexcept { return line_; }
  bool ready() const noexcept { return ready_; }

 private:
  using Then = std::function<void(Connection&, const Reply&)>;

  void begin(Connection& connection);
  void begin_now(Connection& connection);
  void ask(Connection& connection, const std::vector<std::string_view>& words, Then then);
  void look_for_end(Connection& connection);
  void look_for_place(Connection& connection);
  void read(Connection& connection);
  void take(Connection& connection, const Reply& reply);
  void say_once(std::string_view what);
  void lost(const Error& reason);

  std::string stream_;
  std::size_t count_max_;
  std::size_t count_;  // what is asked for at once
  Events events_;
  cluster::Streams::Follower follower_;
  std::optional<cluster::EntryId> place_;  // the last that was read
  bool ready_ = false;
  bool too_large_ = false;  // what comes next, read alone
  bool passed_over_ = false;
  bool said_ = false;  // that something is missing, since this connection began
  Line line_;
};

/// The entries in an answer of XRANGE, or in one part of XREAD's.
Result<std::vector<cluster::StreamEntry>> entries_in(const Reply& reply);

}  // namespace quickclinic::redis
