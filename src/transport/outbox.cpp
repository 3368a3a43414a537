#include "transport/outbox.hpp"

#include <algorithm>
#include <array>

namespace quickclinic::transport {

std::string_view Outbox::view(const Piece& piece) noexcept {
  if (const auto* frame = std::get_if<engineio::FramePtr>(&piece)) return (*frame)->websocket();
  if (const auto* bytes = std::get_if<std::string>(&piece)) return *bytes;
  return *std::get_if<std::string_view>(&piece);
}

IoStatus Outbox::write(Stream& stream) {
  while (!pieces_.empty()) {
    std::array<iovec, gathered_max> gathered;
    const std::size_t count = std::min(pieces_.size(), gathered_max);
    for (std::size_t i = 0; i < count; ++i) {
      std::string_view rest = view(pieces_[i]);
      if (i == 0) rest.remove_prefix(offset_);
      gathered[i] = {const_cast<char*>(rest.data()), rest.size()};
    }
    const IoResult written = stream.write({gathered.data(), count});
    if (written.status != IoStatus::ok) return written.status;
    drop(written.bytes);
  }
  return IoStatus::ok;
}

void Outbox::drop(std::size_t bytes) {
  std::size_t gone = 0;
  offset_ += bytes;
  while (gone < pieces_.size() && offset_ >= view(pieces_[gone]).size()) {
    offset_ -= view(pieces_[gone]).size();
    ++gone;
  }
  if (gone < pieces_.size()) {
    pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(gone));
  } else if (pieces_.capacity() > capacity_kept) {
    pieces_ = {};
  } else {
    pieces_.clear();
  }
}

}  // namespace quickclinic::transport
