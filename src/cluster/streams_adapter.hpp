#pragma once

#include "cluster/pub_sub_adapter.hpp"
#include "cluster/sessions.hpp"
#include "cluster/streams.hpp"
#include "cluster/streams_dialect.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>

namespace quickclinic::cluster {

/// The adapter whose broadcasts and changes stand in a stream of Redis, in one order for all nodes.
/// For what it does when Redis is away, and for threads, see `PubSubAdapter`.
///
/// With recovery across nodes, this node's own broadcasts are delivered here when they are read
/// from the stream, so that all nodes have one order and the same offsets. While Redis is away they
/// are delivered at once, and have no offset: a client that misses one of them, or hears it here
/// and comes back elsewhere, may miss it or hear it twice.
class StreamsAdapter final : public PubSubAdapter {
 public:
  /// `streams` lives as long as `pub_sub`, and may be the same object.
  StreamsAdapter(socketio::Node& node, const StreamsOptions& options,
                 std::unique_ptr<PubSub> pub_sub, Streams& streams, AdapterOptions adapter);

  bool keeps_sessions() const noexcept override { return true; }
  void keep_session(std::string_view nsp, const socketio::SharedSession& session) override;
  void find_session(std::string_view nsp, std::string_view session, std::string_view offset,
                    std::function<void(socketio::FoundSessionPtr)> done) override;
  void broadcast(std::shared_ptr<const socketio::Broadcast> broadcast) override;

 private:
  StreamsAdapter(socketio::Node& node, std::unique_ptr<StreamsDialect> dialect,
                 const StreamsOptions& options, std::unique_ptr<PubSub> pub_sub, Streams& streams,
                 AdapterOptions adapter);

  void publish(Message message) override;
  void deliver(const Message& message) override;
  void connected(bool now) override;
  void read(const StreamEntry& entry);
  bool is_awaited(const StreamEntry& entry);
  void deliver_alone(std::uint64_t number);

  const StreamsDialect& dialect_;  // the base owns it
  Streams& streams_;
  Sessions sessions_;
  bool shared_;  // recovery is across nodes
  bool connected_ = false;
  std::uint64_t appended_ = 0;
  // This node's own that it has not read yet, by number. A few: those of one round trip.
  std::map<std::uint64_t, std::shared_ptr<const socketio::Broadcast>> awaited_;
  std::optional<EntryId> reading_;
};

}  // namespace quickclinic::cluster
