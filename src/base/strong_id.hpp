#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace quickclinic {

/// A string that names one kind of thing. Two kinds neither compare nor convert, so that a user's
/// id cannot be handed over where a relation's is wanted.
template <class Tag>
class StrongId {
 public:
  StrongId() = default;
  explicit StrongId(std::string value) : value_(std::move(value)) {}
  explicit StrongId(std::string_view value) : value_(value) {}
  explicit StrongId(const char* value) : value_(value) {}

  const std::string& text() const noexcept { return value_; }
  bool empty() const noexcept { return value_.empty(); }

  friend bool operator==(const StrongId&, const StrongId&) = default;
  friend auto operator<=>(const StrongId&, const StrongId&) = default;

 private:
  std::string value_;
};

}  // namespace quickclinic

template <class Tag>
struct std::hash<quickclinic::StrongId<Tag>> {
  std::size_t operator()(const quickclinic::StrongId<Tag>& id) const noexcept {
    return std::hash<std::string_view>()(id.text());
  }
};
