#pragma once

#include "base/timer_wheel.hpp"
#include "transport/node_directory.hpp"
#include "transport/outbox.hpp"
#include "transport/poller.hpp"
#include "transport/stream.hpp"

#include <memory>
#include <span>
#include <string>

namespace quickclinic::transport {

class NodeLine;
class Shard;

/// Whose request a line carries.
class NodeLineUser {
 public:
  virtual void line_connected() = 0;
  /// False: what has come stays with the kernel until `NodeLine::resume`.
  virtual bool takes_input() = 0;
  virtual void line_input(std::span<const char> bytes) = 0;
  /// All has been written, after some of it had to wait.
  virtual void line_drained() = 0;
  /// The other node has closed it, or cannot be reached. Nothing more will come.
  virtual void line_lost() = 0;

 protected:
  ~NodeLineUser() = default;
};

/// One TCP connection to another node. Carries a request for its user, and waits without one for
/// the next. Reads into the shard's buffer; what waits to be written is the user's to bound.
///
/// Owned by its user, or by the relay while it waits; called on the shard's thread. To be destroyed
/// only through `Relay::discard`, since it may be on the stack.
class NodeLine final : public Pollable {
 public:
  /// Begins to connect. Null when that cannot even be begun.
  static std::unique_ptr<NodeLine> open(Shard& shard, const NodeAddress& address);
  ~NodeLine();
  NodeLine(const NodeLine&) = delete;
  NodeLine& operator=(const NodeLine&) = delete;

  /// Null: it waits; from `when` on, or when the other node says something, it is lost.
  void set_user(NodeLineUser* user) noexcept { user_ = user; }
  void lose_at(TimePoint when);
  void keep() noexcept { timer_.cancel(); }

  void send(std::string bytes);
  void resume();
  bool connected() const noexcept { return connected_; }
  bool congested() const noexcept { return congested_; }
  bool lost() const noexcept { return lost_; }

  void on_ready(std::uint32_t events) override;
  void on_failure() noexcept override { lose(); }

 private:
  NodeLine(Shard& shard, FileDescriptor socket);
  void read();
  void write();
  void watch(std::uint32_t events);
  void lose() noexcept;

  Shard& shard_;
  PlainStream stream_;
  NodeLineUser* user_ = nullptr;
  Outbox outbox_;
  std::uint32_t watched_;
  bool connected_ = false;
  bool congested_ = false;
  bool lost_ = false;
  Timer timer_;
};

}  // namespace quickclinic::transport
