#include "transport/outbox.hpp"

#include <algorithm>
#include <array>

namespace quickclinic::transport {

IoStatus Outbox::write(Stream& stream) {
  while (!pieces_.empty()) {
    std::array<iovec, gathered_max> gathered;
    const std::size_t count = std::min(pieces_.size(), gathered_max);
    for (std::size_t i = 0; i < count; ++i) {
      std::string_view view = pieces_[i].view();
      if (i == 0) view.remove_prefix(offset_);
      gathered[i] = {const_cast<char*>(view.data()), view.size()};
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
  while (gone < pieces_.size() && offset_ >= pieces_[gone].view().size()) {
    offset_ -= pieces_[gone].view().size();
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
