#pragma once

#include "base/result.hpp"
#include "transport/endpoint.hpp"

#include <string>
#include <vector>

namespace quickclinic::transport {

/// A socket that whoever started this process has opened for it.
struct InheritedSocket {
  std::string name;   ///< of `FileDescriptorName=`; `unknown` when there are no names
  Endpoint endpoint;  ///< for `Options`; whoever listens on it takes the descriptor over
};

/// The sockets that systemd hands over by its protocol of socket activation (sd_listen_fds(3)): the
/// descriptors from 3 on, counted by LISTEN_FDS and named by LISTEN_FDNAMES, where LISTEN_PID is
/// this process. None when it is another, or when there are no such variables.
///
/// Makes the descriptors close-on-exec and removes the variables, so that no child takes them for
/// its own; a second call therefore finds none. `bad_inherited_socket` when a variable is
/// malformed, or a descriptor is no TCP or Unix stream socket that listens. Changes the
/// environment: to be called before there are other threads.
Result<std::vector<InheritedSocket>> take_inherited_sockets();

/// Whether `fd` is a TCP or Unix stream socket that listens.
bool is_listening_stream(int fd) noexcept;

}  // namespace quickclinic::transport
