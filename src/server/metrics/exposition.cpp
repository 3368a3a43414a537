#include "server/metrics/exposition.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace quickclinic::server {
namespace {

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::array<char, 64> digits{};
  // A counter is a whole number as long as a double can hold one: without an exponent.
  constexpr double whole_max = 9007199254740992.0;
  const bool whole = std::trunc(value) == value && std::abs(value) <= whole_max;
  const auto end =
      whole ? std::to_chars(digits.begin(), digits.end(), static_cast<std::int64_t>(value))
            : std::to_chars(digits.begin(), digits.end(), value);
  return {digits.data(), end.ptr};
}

// The value of a label; a help text takes its quotes as they are.
void append_escaped(std::string& text, std::string_view value, bool quoted) {
  for (const char c : value) {
    if (c == '\n') {
      text += "\\n";
    } else {
      if (c == '\\' || (quoted && c == '"')) text += '\\';
      text += c;
    }
  }
}

}  // namespace

std::string_view to_text(MetricKind kind) noexcept {
  switch (kind) {
    case MetricKind::counter:
      return "counter";
    case MetricKind::gauge:
      return "gauge";
    case MetricKind::histogram:
      return "histogram";
  }
  return "";
}

void Exposition::family(std::string_view name, MetricKind kind, std::string_view help) {
  name_ = name;
  text_.append("# HELP ").append(name).append(" ");
  append_escaped(text_, help, false);
  text_.append("\n# TYPE ").append(name).append(" ").append(to_text(kind)).append("\n");
}

void Exposition::line(std::string_view suffix, std::span<const Label> labels,
                      std::string_view bound, double value) {
  text_.append(name_).append(suffix);
  char before = '{';
  const auto label = [&](std::string_view name, std::string_view text) {
    text_ += std::exchange(before, ',');
    text_.append(name).append("=\"");
    append_escaped(text_, text, true);
    text_ += '"';
  };
  for (const auto& [name, text] : labels) label(name, text);
  if (!bound.empty()) label("le", bound);
  if (before == ',') text_ += '}';
  text_.append(" ").append(number(value)).append("\n");
}

void Exposition::sample(Labels labels, double value) { line("", labels, "", value); }

void Exposition::histogram(Labels labels, const Histogram& histogram) {
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i < histogram.counts().size(); ++i) {
    so_far += histogram.counts()[i];
    const bool last = i == histogram.bounds().size();
    line("_bucket", labels, last ? "+Inf" : number(histogram.bounds()[i]),
         static_cast<double>(so_far));
  }
  line("_sum", labels, "", histogram.sum());
  line("_count", labels, "", static_cast<double>(so_far));
}

}  // namespace quickclinic::server
