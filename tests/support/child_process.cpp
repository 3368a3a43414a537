#include "tests/support/child_process.hpp"

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>

namespace quickclinic::testing {

namespace fs = std::filesystem;

namespace {

constexpr auto start_limit = std::chrono::seconds(60);
constexpr auto look_again_ms = 10;

}  // namespace

pid_t spawn_program(const std::vector<std::string>& command, const fs::path& output) {
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  pid_t process = 0;
  const int error = ::posix_spawnp(&process, words[0], &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error("cannot start " + command[0]);
  return process;
}

std::string run_program(const std::vector<std::string>& command, const fs::path& output) {
  std::error_code ignored;
  fs::remove(output, ignored);
  const pid_t process = spawn_program(command, output);
  int status = 0;
  if (::waitpid(process, &status, 0) != process) throw std::runtime_error("cannot wait");
  std::string printed = file_contents(output);
  if (status != 0) throw std::runtime_error(command[0] + " failed: " + printed);
  return printed;
}

bool wait_until_ready(pid_t process, const std::function<bool()>& ready) {
  const auto deadline = std::chrono::steady_clock::now() + start_limit;
  const int handle = static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
  bool works = true;
  while (works && !ready()) {
    pollfd end{.fd = handle, .events = POLLIN, .revents = 0};
    const bool ended = ::poll(&end, 1, look_again_ms) == 1;
    works = !ended && std::chrono::steady_clock::now() < deadline;
  }
  ::close(handle);
  return works;
}

std::string file_contents(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

fs::path make_test_folder(const std::string& name, bool durable) {
  const fs::path memory = "/dev/shm";
  const bool usable = !durable && ::access(memory.c_str(), W_OK) == 0;
  std::string folder =
      ((usable ? memory : fs::temp_directory_path()) / (name + "-XXXXXX")).string();
  if (!::mkdtemp(folder.data())) throw std::runtime_error("cannot make a temporary folder");
  return folder;
}

}  // namespace quickclinic::testing
