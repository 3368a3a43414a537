#pragma once

#include "base/result.hpp"
#include "transport/file_descriptor.hpp"
#include "transport/inherited_sockets.hpp"
#include "transport/options.hpp"
#include "transport/server.hpp"

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

/// How one process takes over from another without a client being refused: the old one starts the
/// new one with its listening sockets, waits until that one serves, and only then lets go of them.
///
///     old: Successor::start ──(variable QUICKCLINIC_HANDOVER, sockets)──> new: Predecessor::find
///     old: accepts still                                                  new: adopt,
///     Server::start old: State::serving <──────────────(one byte in a pipe)──────────── new:
///     tell_that_it_serves old: Server::leave_sockets, closes its sessions bit by bit          new:
///     accepts
///
/// When the new one ends before, nothing has changed for the old one.
namespace quickclinic::transport {

/// The process that is to take over from this one; its parent lives on until it has, and longer.
/// Belongs to the thread that waits for signals.
class Successor {
 public:
  /// Starts `program`, by its path, with `arguments` (the first is its name) and this process's
  /// environment. It gets `sockets`, which stay open here too, and no other descriptor but the
  /// standard three. Its signals are as a shell would leave them. `cannot_start` says why not.
  static Result<Successor> start(const std::string& program,
                                 const std::vector<std::string>& arguments,
                                 const std::vector<ListeningSocket>& sockets);

  enum class State {
    starting,
    serving,  ///< it accepts connections
    failed,   ///< it has ended, or was ended; what it had to say it has said to standard error
  };
  /// What has become of it, after at most `time`.
  State look_within(std::chrono::milliseconds time);
  /// Ends it when it takes too long.
  void give_up();

  pid_t process() const noexcept { return process_; }

 private:
  Successor(pid_t process, FileDescriptor word) : process_(process), word_(std::move(word)) {}

  pid_t process_;
  FileDescriptor word_;  // a byte comes when it serves, the end when it has gone
  State state_ = State::starting;
};

/// What the process before this one has left to it.
class Predecessor {
 public:
  /// Takes the variable QUICKCLINIC_HANDOVER out of the environment, and makes the descriptors
  /// close-on-exec: to be called before there are other threads. No sockets when this process was
  /// started by anybody else. `bad_inherited_socket` when the variable is malformed, or names what
  /// is no socket that listens.
  static Result<Predecessor> find();

  /// They are the caller's, to listen on or to close.
  const std::vector<InheritedSocket>& sockets() const noexcept { return sockets_; }
  /// Lets the process before this one go. Nothing when there is none, or when called again.
  void tell_that_it_serves();

 private:
  std::vector<InheritedSocket> sockets_;
  FileDescriptor word_;
};

/// Lets the endpoints of `options` listen on those of `sockets` that a predecessor has left and
/// that are bound where they say; those that no endpoint wants any more are closed. Any other is
/// one that a service manager has opened: the first of these takes the place of
/// `options.endpoint`, the others are served besides.
void adopt(const std::vector<InheritedSocket>& sockets, Options& options);

}  // namespace quickclinic::transport
