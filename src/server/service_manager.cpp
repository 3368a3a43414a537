#include "server/service_manager.hpp"

#include "transport/file_descriptor.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace quickclinic::server {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

ServiceManager ServiceManager::from_environment() {
  ServiceManager manager;
  manager.path_ = variable("NOTIFY_SOCKET");
  const auto microseconds = number(variable("WATCHDOG_USEC"));
  const std::string process = variable("WATCHDOG_PID");
  const bool ours = process.empty() || number(process) == static_cast<std::uint64_t>(::getpid());
  if (microseconds && *microseconds >= 1000 && *microseconds <= 86'400'000'000 && ours) {
    manager.watchdog_ = std::chrono::milliseconds(*microseconds / 1000);
  }
  return manager;
}

void ServiceManager::tell(std::string_view state) const noexcept {
  sockaddr_un address{};
  if (path_.empty() || path_.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path_.data(), path_.size());
  if (path_.front() == '@') address.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path_.size());
  const transport::FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return;
  ::sendto(socket.get(), state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
           reinterpret_cast<const sockaddr*>(&address), size);
}

}  // namespace quickclinic::server
