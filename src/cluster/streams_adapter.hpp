#pragma once

#include "cluster/pub_sub_adapter.hpp"
#include "cluster/streams.hpp"
#include "cluster/streams_dialect.hpp"

#include <memory>

namespace quickclinic::cluster {

/// The adapter whose broadcasts and changes stand in a stream of Redis, in one order for all nodes.
/// For what it does when Redis is away, and for threads, see `PubSubAdapter`.
class StreamsAdapter final : public PubSubAdapter {
 public:
  /// `streams` lives as long as `pub_sub`, and may be the same object.
  StreamsAdapter(socketio::Node& node, std::unique_ptr<StreamsDialect> dialect,
                 std::unique_ptr<PubSub> pub_sub, Streams& streams, AdapterOptions options);

 private:
  StreamsAdapter(socketio::Node& node, const StreamsDialect& known,
                 std::unique_ptr<Dialect> dialect, std::unique_ptr<PubSub> pub_sub,
                 Streams& streams, AdapterOptions options);

  void publish(Message message) override;
  void read(const StreamEntry& entry);

  const StreamsDialect& dialect_;
  Streams& streams_;
};

}  // namespace quickclinic::cluster
