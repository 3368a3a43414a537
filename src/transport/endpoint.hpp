#pragma once

#include "base/result.hpp"
#include "transport/file_descriptor.hpp"

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::transport {

/// Which way clients come in, where a server listens in several places for several purposes.
struct Door {
  /// Behind any other than 0 there is the application's HTTP alone, and it is told which one it was
  /// (`Visit::door`).
  unsigned number = 0;
  bool plain = false;  ///< never TLS, whatever the other doors have
  /// For what other nodes pass on (`NodeOptions`), and nothing else; `number` does not matter.
  bool for_nodes = false;
};

/// Where to listen.
struct Endpoint {
  /// A numeric IPv4 or IPv6 address, or `localhost`; `::` takes IPv4 too. Or `unix:` and the path
  /// of a Unix socket, whose clients all have the unspecified address.
  std::string host = "0.0.0.0";
  std::uint16_t port = 0;  ///< 0: the kernel chooses
  /// A socket that is bound already, listening or not; taken over, and the rest is then ignored.
  int bound_fd = -1;
  ::mode_t unix_mode = 0660;  ///< of a Unix socket: whoever may write to it may connect
  /// What a service manager calls the socket that it has opened; empty: it is ours.
  std::string name{};
  /// Sockets of the process before this one that listen there already, one for each of its shards;
  /// taken over. Further shards get sockets of their own, as without any.
  std::vector<int> inherited_fds{};
  Door door{};

  /// The path of a Unix socket, else nothing.
  std::optional<std::string_view> unix_path() const noexcept;
  /// True when there can be only one socket for it, which all shards then accept from; else each
  /// shard has a socket of its own, and the kernel spreads the connections over them.
  bool one_socket() const noexcept { return bound_fd >= 0 || unix_path().has_value(); }
};

/// A socket that listens there: non-blocking, close-on-exec. `bad_address`, `port_in_use`,
/// `no_permission` and `listen_failed` carry a sentence for the operator. Since a port is shared
/// between shards, it is also shared with any other process of the same user that asks for sharing:
/// call `check_free` once before the first. The file of a Unix socket that nobody listens to any
/// more is replaced.
Result<FileDescriptor> open_listening_socket(const Endpoint& endpoint);

/// Whether nobody listens there yet, sharing or not. Connections in TIME_WAIT do not count.
Result<> check_free(const Endpoint& endpoint);

/// Whether the socket `fd` is bound to where `endpoint` says; any port will do where it says 0.
bool is_bound_to(int fd, const Endpoint& endpoint);

/// The port that a socket is bound to; 0 for a Unix socket.
std::uint16_t local_port(int fd) noexcept;

/// The file of a Unix socket of ours; removes it at the end, unless somebody else's has taken its
/// place.
class SocketFile {
 public:
  /// Of a socket that has just been bound to `path`.
  explicit SocketFile(std::string_view path);
  ~SocketFile() { remove(); }
  SocketFile(SocketFile&& other) noexcept;
  SocketFile& operator=(SocketFile&&) = delete;

  void remove() noexcept;
  /// Another process uses it from now on.
  void leave() noexcept { path_.clear(); }

 private:
  std::string path_;  // empty: nothing to remove
  ::dev_t device_ = 0;
  ::ino_t inode_ = 0;
};

}  // namespace quickclinic::transport
