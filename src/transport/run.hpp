#pragma once

#include "base/clock.hpp"
#include "transport/server.hpp"
#include "transport/stop_signals.hpp"

#include <chrono>
#include <cstdint>
#include <functional>

/// What a program around a server needs besides: to begin, to wait for the signal that ends it, and
/// to end without cutting anybody off.
namespace quickclinic::transport {

/// How long `serve_until_signal` waits for its clients at the end.
inline constexpr std::chrono::milliseconds drain_time{10'000};

/// Serves until SIGINT or SIGTERM, then drains for at most `drain_time` and ends all threads.
/// `setup` is called for each shard before any client comes, `listening` with the port once clients
/// can come. Fails with a sentence for the operator when the server cannot start.
///
/// To be called before the process has other threads (see `StopSignals`), by the thread that then
/// waits here. Also raises the limit on descriptors, as `raise_descriptor_limit` does.
Result<> serve_until_signal(Options options, const Server::Setup& setup,
                            const std::function<void(std::uint16_t port)>& listening);

/// The same as the whole of a `main`: prints `listening on <port>` to standard output, or why not
/// to standard error. Answers the program's exit code.
int run(Options options, const Server::Setup& setup);

/// Ends `server`'s sessions gently: accepts nobody, closes the sessions a millisecond apart, so
/// that their clients do not come back to the next server in one moment, and waits until they have
/// gone. At the latest it returns at `deadline`, or when another signal comes. `Server::stop` is
/// then still to be called.
void drain(Server& server, const StopSignals& signals, TimePoint deadline);

/// Ends `server`'s sessions spread over `window`, and waits until they have gone: a little longer,
/// or until another signal comes. For a server whose clients another one takes already.
void send_away(Server& server, const StopSignals& signals, std::chrono::milliseconds window);

/// Sets the process's limit on open descriptors to the most that it may have: a connection is a
/// descriptor, and the limit of a login shell is 1024 of them.
void raise_descriptor_limit() noexcept;

}  // namespace quickclinic::transport
