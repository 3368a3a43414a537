#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quickclinic::server {

/// The samples of a text in Prometheus' format, as the program writes it (`Exposition`).
class Scrape {
 public:
  using Labels = std::map<std::string, std::string, std::less<>>;
  struct Sample {
    Labels labels;
    double value = 0;
  };
  using Wanted = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  /// `protocol_error` when a line is not of the format.
  static Result<Scrape> read(std::string_view text, TimePoint taken_at);

  TimePoint taken_at() const noexcept { return taken_at_; }
  const std::vector<Sample>& samples(std::string_view name) const;
  /// The sum of all samples of a name that have the labels; 0 without any.
  double sum(std::string_view name, Wanted labels = {}) const;

 private:
  TimePoint taken_at_;
  std::map<std::string, std::vector<Sample>, std::less<>> samples_;
};

/// How fast `name` rises from `before` to `now`, a second; 0 when there is nothing to compare, or
/// the server has begun anew.
double rate(const Scrape& before, const Scrape& now, std::string_view name,
            Scrape::Wanted labels = {});

/// The value that `share` (0 to 1) of what a histogram saw between the two does not exceed, in its
/// unit, reckoned inside its buckets; negative when it saw nothing.
double quantile(const Scrape& before, const Scrape& now, std::string_view name, double share);

}  // namespace quickclinic::server
