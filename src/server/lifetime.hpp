#pragma once

#include "server/liveness.hpp"
#include "server/service_manager.hpp"
#include "transport/handover.hpp"
#include "transport/server.hpp"
#include "transport/stop_signals.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace quickclinic::server {

/// How this program was started, and can be started again.
struct Invocation {
  std::string program;                 ///< its path, where a newer version may lie by now
  std::vector<std::string> arguments;  ///< with its name as the first

  /// Of this process. To be called early: the file's path is what it is then.
  static Invocation of(int argc, char** argv);
};

/// How long a server serves: until a signal ends it, or until a process that SIGUSR2 has started
/// has taken over. Tells the service manager meanwhile that all shards live. For the thread that
/// made the signals, which must know SIGUSR2 and SIGHUP.
class Lifetime {
 public:
  /// A new process that does not serve by then is ended. Long enough to wait for a database.
  static constexpr std::chrono::seconds start_time{90};

  /// Borrows all of it. `reload` is called for each SIGHUP.
  Lifetime(const transport::StopSignals& signals, const ServiceManager& manager,
           transport::Server& server, const Invocation& invocation, std::function<void()> reload)
      : signals_(signals),
        manager_(manager),
        server_(server),
        invocation_(invocation),
        reload_(std::move(reload)),
        liveness_(server) {}

  enum class End {
    stopped,   ///< SIGTERM or SIGINT
    replaced,  ///< another process serves on the same sockets, and the service manager knows it
  };
  End wait();

 private:
  std::chrono::milliseconds pulse() const;
  void start_successor();
  bool has_successor();
  void feed_watchdog();

  const transport::StopSignals& signals_;
  const ServiceManager& manager_;
  transport::Server& server_;
  const Invocation& invocation_;
  const std::function<void()> reload_;
  Liveness liveness_;
  TimePoint next_beat_ = TimePoint::min();
  std::optional<transport::Successor> successor_;
  TimePoint successor_deadline_ = TimePoint::max();
};

}  // namespace quickclinic::server
