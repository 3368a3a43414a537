#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace quickclinic::server {

/// What started this process and wants to hear from it, by the protocol of sd_notify(3): systemd,
/// or anything that sets NOTIFY_SOCKET. Without it every call does nothing. Any thread.
class ServiceManager {
 public:
  /// From NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, which stay in the environment.
  static ServiceManager from_environment();

  /// Sends `state`, lines of `NAME=value` such as `READY=1`. A manager that does not listen is not
  /// waited for.
  void tell(std::string_view state) const noexcept;
  /// How long it waits for `WATCHDOG=1` before it ends this process; nothing when it does not.
  std::optional<std::chrono::milliseconds> watchdog() const noexcept { return watchdog_; }

 private:
  std::string path_;  // empty: nobody; `@` before the name of an abstract socket
  std::optional<std::chrono::milliseconds> watchdog_;
};

}  // namespace quickclinic::server
