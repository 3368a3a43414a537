#pragma once

#include "cluster/streams.hpp"
#include "cluster/streams_dialect.hpp"
#include "socketio/settings.hpp"
#include "socketio/shared_session.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace quickclinic::cluster {

/// The sessions of clients who may come back to any node: each under a key of its own for as long
/// as its client may be gone, as Node's adapter keeps them. What a client has missed is in the
/// stream. On shard 0's thread; as long-lived as `streams`.
class Sessions {
 public:
  /// Entries that are asked for at once.
  static constexpr std::size_t entries_at_once = 100;

  Sessions(Streams& streams, std::string key_prefix, const socketio::RecoverySettings& settings)
      : streams_(streams), key_prefix_(std::move(key_prefix)), settings_(settings) {}

  void keep(std::string_view nsp, const socketio::SharedSession& session);
  /// Null when the session or the entry at `offset` is not there (any more), when more was missed
  /// than the settings allow, and when Redis is away. The session is gone in any case.
  void find(std::string_view nsp, std::string_view session, std::string_view offset,
            std::function<void(socketio::FoundSessionPtr)> done);

 private:
  struct Search;

  void read_on(const std::shared_ptr<Search>& search);
  bool add(Search& search, const StreamEntry& entry) const;

  Streams& streams_;
  std::string key_prefix_;
  socketio::RecoverySettings settings_;
};

/// A session as it is stored: MessagePack in Base64. The namespace is for us; Node ignores it.
std::string write_session(std::string_view nsp, const socketio::SharedSession& session);
/// Nothing when it is no session, or another namespace's.
std::optional<socketio::SharedSession> read_session(std::string_view nsp, std::string_view stored);

/// The place of an entry among all of the stream, for `socketio::PacketLog`. Nothing for ids that
/// no clock makes.
std::optional<socketio::Offset> place_of(const EntryId& id) noexcept;

}  // namespace quickclinic::cluster
