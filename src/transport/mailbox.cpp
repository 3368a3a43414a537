#include "transport/mailbox.hpp"

#include <utility>

namespace quickclinic::transport {

Mailbox::Pushed Mailbox::push(Entry entry) {
  const std::lock_guard lock(mutex_);
  const bool broadcast = entry.index() == 0;
  if (broadcast && broadcasts_ >= broadcasts_max) {
    overflowed_ = true;
    ++dropped_;
    return Pushed::full;
  }
  try {
    entries_.push_back(std::move(entry));
  } catch (...) {
    if (!broadcast) throw;
    overflowed_ = true;  // lost either way
    ++dropped_;
    return entries_.empty() ? Pushed::wake : Pushed::more;
  }
  broadcasts_ += broadcast ? 1 : 0;
  return entries_.size() == 1 ? Pushed::wake : Pushed::more;
}

bool Mailbox::drain(std::vector<Entry>& entries) {
  const std::lock_guard lock(mutex_);
  entries.swap(entries_);
  broadcasts_ = 0;
  return std::exchange(overflowed_, false);
}

Mailbox::Depth Mailbox::depth() {
  const std::lock_guard lock(mutex_);
  return {entries_.size(), dropped_};
}

}  // namespace quickclinic::transport
