#include "socketio/packet_log.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace quickclinic::socketio {
namespace {

std::size_t bytes_of(const Broadcast& broadcast) {
  std::size_t bytes = sizeof(Broadcast);
  for (const auto& frame : broadcast.frames) bytes += frame->packet().size();
  return bytes;
}

bool meant_for(const Broadcast& broadcast, const std::vector<std::string>& rooms) {
  const auto in = [&rooms](const std::string& room) {
    return std::ranges::find(rooms, room) != rooms.end();
  };
  const bool included = broadcast.to.rooms.empty() || std::ranges::any_of(broadcast.to.rooms, in);
  return included && std::ranges::none_of(broadcast.to.except, in);
}

}  // namespace

void PacketLog::add(BroadcastPtr packet, TimePoint now) {
  assert(packet->offset && packet->offset->shard < shards_.size());
  trim(now);
  Origin& origin = shards_[packet->offset->shard];
  origin.mark = packet->offset->number + 1;
  ++packets_;
  bytes_ += bytes_of(*packet);
  origin.entries.push_back({next_place_++, std::move(packet), now});
  while (packets_ > bounds_.packets_max || bytes_ > bounds_.bytes_max) {
    Origin& full = *oldest();
    lost_before_ = full.entries.front().place + 1;
    lost_at_ = full.entries.front().at;
    drop_front(full);
  }
}

void PacketLog::trim(TimePoint now) {
  for (Origin& origin : shards_) {
    while (!origin.entries.empty() && origin.entries.front().at + bounds_.age < now) {
      drop_front(origin);
    }
  }
}

PacketLog::Origin* PacketLog::oldest() {
  Origin* found = nullptr;
  for (Origin& origin : shards_) {
    if (origin.entries.empty()) continue;
    if (found == nullptr || origin.entries.front().place < found->entries.front().place)
      found = &origin;
  }
  return found;
}

void PacketLog::drop_front(Origin& origin) {
  bytes_ -= bytes_of(*origin.entries.front().packet);
  --packets_;
  origin.entries.pop_front();
}

PacketLog::Marks PacketLog::marks() const {
  Marks marks;
  for (const Origin& origin : shards_) marks.push_back(origin.mark);
  return marks;
}

std::optional<std::uint64_t> PacketLog::place_of(const Offset& offset) const {
  if (offset.shard >= shards_.size()) return std::nullopt;
  const auto& entries = shards_[offset.shard].entries;
  const auto number = [](const Entry& entry) { return entry.packet->offset->number; };
  const auto found = std::ranges::lower_bound(entries, offset.number, {}, number);
  if (found == entries.end() || number(*found) != offset.number) return std::nullopt;
  return found->place;
}

bool PacketLog::complete_since(std::uint64_t place, TimePoint now) const noexcept {
  return place >= lost_before_ || lost_at_ + bounds_.age < now;
}

std::vector<BroadcastPtr> PacketLog::since(std::uint64_t place,
                                           const std::vector<std::string>& rooms,
                                           const Marks& marks) const {
  return select(place, rooms, marks, true);
}

std::vector<BroadcastPtr> PacketLog::behind(const Marks& marks,
                                            const std::vector<std::string>& rooms) const {
  return select(0, rooms, marks, false);
}

std::vector<BroadcastPtr> PacketLog::select(std::uint64_t place,
                                            const std::vector<std::string>& rooms,
                                            const Marks& marks, bool this_shard_too) const {
  const auto number = [](const Entry& entry) { return entry.packet->offset->number; };
  std::vector<const Entry*> found;
  for (std::size_t shard = 0; shard < shards_.size(); ++shard) {
    const auto& entries = shards_[shard].entries;
    auto entry = std::ranges::lower_bound(entries, place, {}, &Entry::place);
    if (!marks.empty()) {
      entry = std::max(entry, std::ranges::lower_bound(entries, marks[shard], {}, number));
    }
    for (; entry != entries.end(); ++entry) {
      if (entry->packet->this_shard && !this_shard_too) continue;
      if (meant_for(*entry->packet, rooms)) found.push_back(&*entry);
    }
  }
  std::ranges::sort(found, {}, &Entry::place);
  std::vector<BroadcastPtr> packets;
  packets.reserve(found.size());
  for (const Entry* entry : found) packets.push_back(entry->packet);
  return packets;
}

}  // namespace quickclinic::socketio
