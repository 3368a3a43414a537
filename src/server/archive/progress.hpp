#pragma once

#include <cstdint>
#include <string>

namespace quickclinic::server {

/// A bar on standard error that shows how far a command has come; nothing when that is no terminal.
class Progress {
 public:
  Progress();
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  bool shown() const noexcept { return shown_; }
  /// `done` of `total`, and the number of lines. Draws when the picture changes.
  void show(std::int64_t done, std::int64_t total, std::int64_t lines);
  /// Takes the bar away, so that something else can be printed.
  void clear();

 private:
  const bool shown_;
  bool drawn_ = false;
  std::string picture_;
};

}  // namespace quickclinic::server
