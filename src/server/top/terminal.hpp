#pragma once

#include "base/clock.hpp"
#include "server/top/top_view.hpp"

#include <string>
#include <termios.h>
#include <vector>

namespace quickclinic::server {

/// The terminal that the program runs in, as a screen of its own until the object goes: what stood
/// there comes back. One at a time; SIGINT, SIGTERM and SIGHUP end `wait` instead of the program.
class Terminal {
 public:
  /// Whether standard input and output are one.
  static bool there() noexcept;

  Terminal();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  Screen size() const noexcept;
  /// Writes `lines` over what stood there.
  void show(const std::vector<std::string>& lines) const;

  enum class Woken { time, resized, quit };
  /// Waits until `until`, a change of size, or for whoever wants to quit: `q`, Escape, Ctrl-C, the
  /// end of the input.
  Woken wait(TimePoint until) const;

 private:
  termios before_{};
};

}  // namespace quickclinic::server
