#include "server/top/scrape.hpp"

#include <system_error>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

namespace quickclinic::server {
namespace {

std::optional<double> read_number(std::string_view text) {
  if (text == "+Inf") return std::numeric_limits<double>::infinity();
  double value = 0;
  const auto read = std::from_chars(text.begin(), text.end(), value);
  if (read.ec != std::errc() || read.ptr != text.end()) return std::nullopt;
  return value;
}

// Takes `name="value",…}` from the front of `text`.
std::optional<Scrape::Labels> take_labels(std::string_view& text) {
  Scrape::Labels labels;
  while (!text.starts_with('}')) {
    const std::size_t equals = text.find("=\"");
    if (equals == std::string_view::npos) return std::nullopt;
    std::string name(text.substr(0, equals));
    text.remove_prefix(equals + 2);
    std::string value;
    while (!text.empty() && text.front() != '"') {
      if (text.front() == '\\' && text.size() > 1) {
        text.remove_prefix(1);
        value += text.front() == 'n' ? '\n' : text.front();
      } else {
        value += text.front();
      }
      text.remove_prefix(1);
    }
    if (text.empty()) return std::nullopt;
    text.remove_prefix(1);
    labels.emplace(std::move(name), std::move(value));
    if (text.starts_with(',')) text.remove_prefix(1);
    if (text.empty()) return std::nullopt;
  }
  text.remove_prefix(1);
  return labels;
}

bool fits(const Scrape::Labels& labels, Scrape::Wanted wanted) {
  return std::ranges::all_of(wanted, [&](const auto& each) {
    const auto found = labels.find(each.first);
    return found != labels.end() && found->second == each.second;
  });
}

// By bound: how many values between the two do not exceed it.
std::map<double, double> buckets(const Scrape& before, const Scrape& now, std::string_view name) {
  std::map<double, double> counts;
  const std::string bucket = std::string(name) + "_bucket";
  const auto add = [&](const Scrape& scrape, double sign) {
    for (const Scrape::Sample& sample : scrape.samples(bucket)) {
      const auto bound = sample.labels.find("le");
      if (bound == sample.labels.end()) continue;
      if (const auto value = read_number(bound->second)) counts[*value] += sign * sample.value;
    }
  };
  add(now, 1);
  add(before, -1);
  return counts;
}

}  // namespace

Result<Scrape> Scrape::read(std::string_view text, TimePoint taken_at) {
  Scrape scrape;
  scrape.taken_at_ = taken_at;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;
    const std::size_t name_end = line.find_first_of("{ ");
    std::optional<Labels> labels = Labels();
    std::optional<double> value;
    if (name_end != std::string_view::npos) {
      const std::string_view name = line.substr(0, name_end);
      const bool has_labels = line[name_end] == '{';
      line.remove_prefix(name_end + (has_labels ? 1 : 0));
      if (has_labels) labels = take_labels(line);
      if (labels && line.starts_with(' ')) value = read_number(line.substr(1));
      if (value) scrape.samples_[std::string(name)].push_back({std::move(*labels), *value});
    }
    if (!value) {
      return std::unexpected(
          Error(std::make_error_code(std::errc::protocol_error), "what it answers are no metrics"));
    }
  }
  return scrape;
}

const std::vector<Scrape::Sample>& Scrape::samples(std::string_view name) const {
  static const std::vector<Sample> none;
  const auto found = samples_.find(name);
  return found == samples_.end() ? none : found->second;
}

double Scrape::sum(std::string_view name, Wanted labels) const {
  double total = 0;
  for (const Sample& sample : samples(name)) {
    if (fits(sample.labels, labels)) total += sample.value;
  }
  return total;
}

double rate(const Scrape& before, const Scrape& now, std::string_view name, Scrape::Wanted labels) {
  const double seconds = std::chrono::duration<double>(now.taken_at() - before.taken_at()).count();
  const double risen = now.sum(name, labels) - before.sum(name, labels);
  return seconds <= 0 || risen <= 0 ? 0 : risen / seconds;
}

double quantile(const Scrape& before, const Scrape& now, std::string_view name, double share) {
  const std::map<double, double> counts = buckets(before, now, name);
  if (counts.empty() || counts.rbegin()->second <= 0) return -1;
  const double rank = share * counts.rbegin()->second;
  double below = 0;
  double bound_below = 0;
  for (const auto& [bound, count] : counts) {
    if (count >= rank && count > below) {
      if (std::isinf(bound)) return bound_below;
      return bound_below + (bound - bound_below) * (rank - below) / (count - below);
    }
    below = count;
    bound_below = bound;
  }
  return bound_below;
}

}  // namespace quickclinic::server
