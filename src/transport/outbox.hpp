#pragma once

#include "engineio/frame.hpp"
#include "transport/stream.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace quickclinic::transport {

/// What waits to be written to one connection, in order: shared frames, bytes of its own, and bytes
/// that lie elsewhere.
/// Several pieces leave in one gathered write. Owns no memory while empty after a burst.
class Outbox {
 public:
  void push(engineio::FramePtr frame) { pieces_.emplace_back(std::move(frame)); }
  void push(std::string bytes) { pieces_.emplace_back(std::move(bytes)); }
  /// Bytes that outlive the connection: they are written from where they are.
  void push_lasting(std::string_view bytes) { pieces_.emplace_back(bytes); }

  bool empty() const noexcept { return pieces_.empty(); }
  std::size_t size() const noexcept { return pieces_.size(); }
  void clear() { pieces_ = {}; }

  /// Writes as much as `stream` takes. `ok` when all of it has gone.
  IoStatus write(Stream& stream);

 private:
  using Piece = std::variant<engineio::FramePtr, std::string, std::string_view>;
  static std::string_view view(const Piece& piece) noexcept;
  void drop(std::size_t bytes);

  static constexpr std::size_t gathered_max = 64;  // pieces in one write
  static constexpr std::size_t capacity_kept = 16;

  std::vector<Piece> pieces_;
  std::size_t offset_ = 0;  // bytes of the first piece that have gone
};

}  // namespace quickclinic::transport
