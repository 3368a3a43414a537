#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace quickclinic::settings {

/// An origin that browsers may come from: `https://clinic.example`, or `https://*.clinic.example`
/// for every host with exactly one more label.
class OriginPattern {
 public:
  /// Nothing unless `text` is `http` or `https` with a host and at most a port; one slash at the
  /// end is forgiven. A star is allowed as the whole first label only, with two labels or
  /// `localhost` behind it.
  static std::optional<OriginPattern> parse(std::string_view text);

  /// Whether `origin`, the value of an `Origin` header, is meant. Browsers write it in one way
  /// only, so it is compared byte by byte; `null` never fits.
  bool matches(std::string_view origin) const;

  /// As a browser would write it, the star included.
  std::string text() const { return before_ + (any_label_ ? "*" : "") + after_; }

  friend bool operator==(const OriginPattern&, const OriginPattern&) = default;

 private:
  OriginPattern() = default;

  bool any_label_ = false;
  std::string before_;  // up to the star, or all of it
  std::string after_;   // from the dot behind the star on
};

}  // namespace quickclinic::settings
