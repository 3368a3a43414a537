#pragma once

#include "base/string_hash.hpp"
#include "transport/node_directory.hpp"
#include "transport/node_line.hpp"
#include "transport/passed_request.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace quickclinic::transport {

class Shard;

/// Passes requests of sessions that live on other nodes on to their owners, and the answers back:
/// polls and posts over connections that are kept for the next, an upgrade over one of its own,
/// which then carries bytes both ways.
///
/// Owned by the shard, called on its thread. Bounded by `RelayLimits`; nothing is read from either
/// side while the other one does not take it.
class Relay {
 public:
  /// `options` outlives it and has a directory and a key.
  Relay(Shard& shard, const NodeOptions& options) : shard_(shard), options_(options) {}
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  /// Answers, now or later, whatever becomes of it.
  void pass_on(Connection& connection, HttpRequest request, PassedRequest::Purpose purpose);

  /// Requests on the way, and upgraded connections; for metrics.
  std::size_t under_way() const noexcept { return requests_.size(); }

  // -- for its requests and lines
  // ------------------------------------------------------------------------------------

  Shard& shard() const noexcept { return shard_; }
  const RelayLimits& limits() const noexcept { return options_.limits; }
  /// Whether the node is there still.
  bool knows(std::string_view node) const { return options_.others->find(node).has_value(); }
  /// Takes a line whose request is answered, for the next one to `place`.
  void keep(std::string_view place, std::unique_ptr<NodeLine> line);
  void discard(std::unique_ptr<NodeLine> line);
  /// A line that waits has been lost.
  void forget(const NodeLine& line);
  void body_has_gone(std::size_t bytes) noexcept { body_bytes_ -= bytes; }
  void upgraded() noexcept { ++tunnels_; }
  void finished(PassedRequest& request, bool was_tunnel);

  /// Destroys what has ended; nobody of it is on the stack.
  void end_batch() noexcept;

 private:
  std::unique_ptr<NodeLine> line_to(std::string_view place, const NodeAddress& address);

  Shard& shard_;
  const NodeOptions& options_;
  std::size_t body_bytes_ = 0;
  std::size_t tunnels_ = 0;
  std::size_t idle_count_ = 0;
  /// Lines that wait, the one used last at the end. By node and shard, so that a line stays with
  /// the other node's shard and need not move between them.
  StringMap<std::vector<std::unique_ptr<NodeLine>>> idle_;
  std::unordered_map<const PassedRequest*, std::unique_ptr<PassedRequest>> requests_;
  std::vector<std::unique_ptr<PassedRequest>> ended_;
  std::vector<std::unique_ptr<NodeLine>> discarded_;
};

}  // namespace quickclinic::transport
