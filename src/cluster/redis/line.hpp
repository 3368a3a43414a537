#pragma once

#include "cluster/redis/connection.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace quickclinic::redis {

/// Keeps a connection to a server: dials it, and again with a growing, jittered wait whenever it is
/// lost. Single-threaded; lives on one loop, which calls back, never from within a call. Nothing is
/// called after its destruction.
class Line {
 public:
  /// Finds out where the server is now; answers once, from the loop or at once.
  using Find = std::function<void(std::function<void(Result<Address>)>)>;
  struct Events {
    std::function<void(Connection&)> ready;
    std::function<void(const Reply&)> heard;
    /// After every failure, also to find, connect or log in.
    std::function<void(const Error&)> lost;
  };

  static constexpr std::chrono::milliseconds wait_min{100};
  static constexpr std::chrono::milliseconds wait_max{3000};

  Line(boost::asio::any_io_executor executor, Introduction introduction, Connection::Role role,
       Find find, Events events);
  /// Always the same server.
  static Find at(Address address);
  ~Line();
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  /// Begins. Once.
  void open();
  /// The connection while it is ready, else null.
  Connection* connection() const noexcept { return ready_ ? connection_.get() : nullptr; }
  /// The connection has been of use: the next wait is short again. Without this, one that is cut
  /// off as soon as it is ready would be made ten times a second.
  void settle() noexcept { wait_ = wait_min; }
  /// Where it is or was connected to last.
  const Address& address() const noexcept { return address_; }
  /// Gives up the connection, if any, and dials again after a wait. `lost` is told soon.
  void renew(Error reason);

 private:
  void find();
  void dial(const Address& address);
  void lost(const Error& reason);

  boost::asio::any_io_executor executor_;
  Introduction introduction_;
  Connection::Role role_;
  Find find_;
  Events events_;
  std::shared_ptr<Connection> connection_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  boost::asio::steady_timer timer_;
  Address address_;
  std::chrono::milliseconds wait_ = wait_min;
  bool ready_ = false;
};

}  // namespace quickclinic::redis
