#include "server/archive/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace quickclinic::server {

namespace {

constexpr std::int64_t width = 40;
constexpr std::int64_t line_step = 1000;  // between two pictures that are otherwise the same

}  // namespace

Progress::Progress() : shown_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() { clear(); }

void Progress::show(std::int64_t done, std::int64_t total, std::int64_t lines) {
  if (!shown_) return;
  const std::int64_t whole = std::max<std::int64_t>(total, 1);
  const std::int64_t percent = std::clamp<std::int64_t>(done * 100 / whole, 0, 100);
  const auto filled = static_cast<std::size_t>(percent * width / 100);
  std::string picture = "[" + std::string(filled, '#') +
                        std::string(static_cast<std::size_t>(width) - filled, '.') + "] " +
                        std::to_string(percent) + " %, " +
                        std::to_string(lines / line_step * line_step) + " lines";
  if (picture == picture_) return;
  picture_ = std::move(picture);
  drawn_ = true;
  std::fprintf(stderr, "\r%s", picture_.c_str());
  std::fflush(stderr);
}

void Progress::clear() {
  if (!drawn_) return;
  drawn_ = false;
  std::fprintf(stderr, "\r%*s\r", static_cast<int>(picture_.size()), "");
  std::fflush(stderr);
}

}  // namespace quickclinic::server
