#include "transport/relay.hpp"

#include "transport/hop.hpp"
#include "transport/shard.hpp"

#include <algorithm>
#include <utility>

namespace quickclinic::transport {
namespace {

// The shard and the node in a session's id.
std::string_view place_of(std::string_view sid) {
  const std::string_view node = engineio::node_of(sid);
  return {sid.data(), node.data() + node.size()};
}

}  // namespace

Relay::~Relay() = default;

void Relay::pass_on(Connection& connection, HttpRequest request, PassedRequest::Purpose purpose) {
  const auto refuse = [&](PassedOn result) {
    PassedRequest::refuse(shard_, connection, purpose, result);
  };
  const std::optional<KnownNode> owner = options_.others->find(engineio::node_of(purpose.sid));
  if (!owner) return refuse(PassedOn::gone);
  if (!owner->address) return refuse(PassedOn::no_address);
  if (requests_.size() - tunnels_ >= limits().requests_max ||
      body_bytes_ + request.body.size() > limits().body_bytes_max) {
    return refuse(PassedOn::too_many);
  }
  std::unique_ptr<NodeLine> line = line_to(place_of(purpose.sid), *owner->address);
  if (line == nullptr) return refuse(PassedOn::gone);
  const std::string hop = seal_hop(
      {.client = purpose.client, .body_cut = request.body_cut, .body_marked = request.body_marked},
      purpose.sid, options_.key);
  const bool upgrade = purpose.kind == engineio::Intent::Kind::upgrade;
  std::string head = format_passed_on(request, purpose.client, hop, upgrade);
  auto passed = std::make_unique<PassedRequest>(*this, connection, std::move(purpose));
  PassedRequest& begun = *passed;
  requests_.emplace(&begun, std::move(passed));
  body_bytes_ += request.body.size();
  begun.begin(std::move(line), std::move(head), std::move(request.body));
}

std::unique_ptr<NodeLine> Relay::line_to(std::string_view place, const NodeAddress& address) {
  if (const auto found = idle_.find(place); found != idle_.end() && !found->second.empty()) {
    std::unique_ptr<NodeLine> line = std::move(found->second.back());
    found->second.pop_back();
    if (found->second.empty()) idle_.erase(found);
    --idle_count_;
    line->keep();
    return line;
  }
  return NodeLine::open(shard_, address);
}

void Relay::keep(std::string_view place, std::unique_ptr<NodeLine> line) {
  if (idle_count_ >= limits().idle_lines_max) return discard(std::move(line));
  line->set_user(nullptr);
  line->resume();
  line->lose_at(shard_.now() + limits().idle);
  idle_[std::string(place_of(place))].push_back(std::move(line));
  ++idle_count_;
}

void Relay::discard(std::unique_ptr<NodeLine> line) {
  if (line == nullptr) return;
  line->set_user(nullptr);
  discarded_.push_back(std::move(line));
  shard_.relay_stirred();
}

void Relay::forget(const NodeLine& line) {
  for (auto place = idle_.begin(); place != idle_.end(); ++place) {
    const auto found =
        std::ranges::find(place->second, &line, [](const auto& each) { return each.get(); });
    if (found == place->second.end()) continue;
    std::unique_ptr<NodeLine> lost = std::move(*found);
    place->second.erase(found);
    if (place->second.empty()) idle_.erase(place);
    --idle_count_;
    discard(std::move(lost));
    return;
  }
}

void Relay::finished(PassedRequest& request, bool was_tunnel) {
  if (was_tunnel) --tunnels_;
  auto ended = requests_.extract(&request);
  if (ended.empty()) return;
  ended_.push_back(std::move(ended.mapped()));
  shard_.relay_stirred();
}

void Relay::end_batch() noexcept {
  ended_.clear();
  discarded_.clear();
}

}  // namespace quickclinic::transport
