#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace quickclinic::settings {

/// A setting that must not be shown. It converts to no text by itself, so that a log line or a
/// sentence can hold it only where somebody wrote `reveal`.
class Secret {
 public:
  explicit Secret(std::string value) : value_(std::move(value)) {}

  const std::string& reveal() const noexcept { return value_; }

  friend bool operator==(const Secret&, const Secret&) = default;

 private:
  std::string value_;
};

}  // namespace quickclinic::settings
