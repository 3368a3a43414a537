#pragma once

#include "engineio/frame.hpp"
#include "transport/stream.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace quickclinic::transport {

/// What waits to be written to one connection: shared frames and bytes of its own, in order.
/// Several pieces leave in one gathered write. Owns no memory while empty after a burst.
class Outbox {
 public:
  void push(engineio::FramePtr frame) { pieces_.push_back({std::move(frame), {}}); }
  void push(std::string bytes) { pieces_.push_back({nullptr, std::move(bytes)}); }

  bool empty() const noexcept { return pieces_.empty(); }
  std::size_t size() const noexcept { return pieces_.size(); }
  void clear() { pieces_ = {}; }

  /// Writes as much as `stream` takes. `ok` when all of it has gone.
  IoStatus write(Stream& stream);

 private:
  struct Piece {
    engineio::FramePtr frame;
    std::string bytes;
    std::string_view view() const {
      return frame != nullptr ? frame->websocket() : std::string_view(bytes);
    }
  };
  void drop(std::size_t bytes);

  static constexpr std::size_t gathered_max = 64;  // pieces in one write
  static constexpr std::size_t capacity_kept = 16;

  std::vector<Piece> pieces_;
  std::size_t offset_ = 0;  // bytes of the first piece that have gone
};

}  // namespace quickclinic::transport
