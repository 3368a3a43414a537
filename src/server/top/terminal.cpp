#include "server/top/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <poll.h>
#include <string_view>

namespace quickclinic::server {
namespace {

// Written by signal handlers.
volatile std::sig_atomic_t told_to_quit = 0;
volatile std::sig_atomic_t resized = 0;

void on_signal(int number) {
  if (number == SIGWINCH) {
    resized = 1;
  } else {
    told_to_quit = 1;
  }
}

constexpr std::array signals = {SIGINT, SIGTERM, SIGHUP, SIGWINCH};

void write_all(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written <= 0 && errno != EINTR) return;  // a terminal that has gone
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

bool Terminal::there() noexcept {
  return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
}

Terminal::Terminal() {
  ::tcgetattr(STDIN_FILENO, &before_);
  termios raw = before_;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  struct sigaction action{};
  action.sa_handler = on_signal;  // without SA_RESTART: `wait` is to hear of it
  for (const int number : signals) ::sigaction(number, &action, nullptr);
  write_all("\x1b[?1049h\x1b[?25l");  // the other screen, without a cursor
}

Terminal::~Terminal() {
  write_all("\x1b[?25h\x1b[?1049l");
  ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

Screen Terminal::size() const noexcept {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return {80, 24};
  return {size.ws_col, size.ws_row};
}

void Terminal::show(const std::vector<std::string>& lines) const {
  std::string text = "\x1b[H";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) text += "\r\n";
    text += lines[i] + "\x1b[K";
  }
  write_all(text + "\x1b[J");
}

Terminal::Woken Terminal::wait(TimePoint until) const {
  while (true) {
    if (told_to_quit != 0) return Woken::quit;
    if (resized != 0) {
      resized = 0;
      return Woken::resized;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0) return Woken::time;
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    if (::poll(&input, 1, static_cast<int>(left)) <= 0) continue;
    char key = 0;
    const ssize_t got = ::read(STDIN_FILENO, &key, 1);
    if (got == 0 || (got < 0 && errno != EINTR)) return Woken::quit;
    if (got == 1 && (key == 'q' || key == 'Q' || key == '\x1b')) return Woken::quit;
  }
}

}  // namespace quickclinic::server
