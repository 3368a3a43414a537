#pragma once

#include "base/string_hash.hpp"
#include "socketio/packet_log.hpp"
#include "socketio/recovery_state.hpp"
#include "socketio/shared_session.hpp"

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace quickclinic::socketio {

class Server;
class Socket;

/// Connection state recovery on one shard: keeps sockets that were cut off, and the packets that
/// they would have got, until they come back or their time is up. Off unless
/// `RecoverySettings::disconnection_max` says otherwise.
///
/// A client comes back to any shard, so every packet to rooms goes to the log of every shard. The
/// shard that kept the socket gives it away together with what was missed by its own log, and with
/// the marks up to which that log went; the new shard adds what is behind the marks in its own log.
/// So nothing is lost or sent twice between the two, however far each has come.
///
/// Shared with other nodes, sessions are kept by the adapter, which also knows what was missed; the
/// logs only have what comes while a client is being let in. Offsets are the adapter's then.
///
/// Owned by the server. Single-threaded. Bounded by `RecoverySettings`.
class Recovery {
 public:
  explicit Recovery(Server& server);
  Recovery(const Recovery&) = delete;
  Recovery& operator=(const Recovery&) = delete;

  bool on() const noexcept { return on_; }
  /// On, and for all nodes together.
  bool shared() const noexcept { return shared_; }

  /// The next packet's place, and the same as the client will see it.
  Offset next_offset(std::string_view nsp);
  std::string text_of(const Offset& offset) const;
  /// Writes down a packet that has an offset.
  void note(const BroadcastPtr& packet);

  /// For a socket that is about to join: begins a session, or takes over the one that was
  /// restored, with its data. `presented` is the offset that its client showed.
  void begin(Socket& socket, std::unique_ptr<Restored> restored, std::string_view presented);
  /// For a socket that has joined: puts a restored one where it was, and sends what it has missed.
  void joined(Socket& socket);
  /// A connected socket goes; it is kept when `reason` is one of those that clients come back from.
  void gone(Socket& socket, std::string_view reason);
  /// The client went away again before its socket could join.
  void put_back(std::string_view nsp, std::unique_ptr<Restored> restored,
                std::string_view presented);
  /// Looks for a session on all shards, and takes it from where it is. A client may be back before
  /// its old connection is known to be dead (it has changed networks); that is closed then. Calls
  /// `done` with nothing when there is no such session, or too much of what it missed is gone.
  void restore(std::string_view nsp, std::string_view session, std::string_view offset,
               std::function<void(std::unique_ptr<Restored>)> done);

  std::size_t kept() const noexcept { return sessions_.size(); }

 private:
  using Sessions = std::list<KeptSession>;  // those who left first stand first

  PacketLog& log(std::string_view nsp);
  void cut_off(std::string_view nsp, std::string_view session);
  void find_shared(std::string nsp, std::string session, std::string offset,
                   std::function<void(std::unique_ptr<Restored>)> done);
  std::unique_ptr<Restored> restored(const std::string& nsp, FoundSession& found) const;
  std::unique_ptr<Restored> take(std::string_view nsp, std::string_view session,
                                 std::string_view offset);
  std::optional<std::vector<BroadcastPtr>> missed(KeptSession& session, std::string_view offset);
  void take_over(std::string_view nsp, RecoveryState& state, Restored& restored);
  void resume(Socket& socket);
  void add(KeptSession session);
  void forget(Sessions::iterator session);
  void sweep();
  void sweep_later();

  Server& server_;
  bool on_;
  bool shared_;
  StringMap<std::unique_ptr<PacketLog>> logs_;  // by namespace
  StringMap<std::uint64_t> numbers_;            // of this shard's next packet
  Sessions sessions_;
  StringMap<Sessions::iterator> by_name_;
  StringMap<Socket*> live_;  // connected ones, by session
  bool sweeping_ = false;
};

}  // namespace quickclinic::socketio
