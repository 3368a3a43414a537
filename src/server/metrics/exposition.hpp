#pragma once

#include "base/histogram.hpp"

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace quickclinic::server {

enum class MetricKind { counter, gauge, histogram };
std::string_view to_text(MetricKind kind) noexcept;

/// Writes metrics in Prometheus' text format, version 0.0.4: a family's head, then its samples.
///
/// Of our own, since the counters are plain numbers of their threads: the registries of libraries
/// count with atomics and locks, and without one nothing is left of them but this.
class Exposition {
 public:
  using Label = std::pair<std::string_view, std::string_view>;
  using Labels = std::initializer_list<Label>;

  /// Begins a family. `name` lives until the next one.
  void family(std::string_view name, MetricKind kind, std::string_view help);
  /// One sample of a counter or a gauge.
  void sample(Labels labels, double value);
  void sample(double value) { sample({}, value); }
  void histogram(Labels labels, const Histogram& histogram);

  std::string take() && { return std::move(text_); }

 private:
  void line(std::string_view suffix, std::span<const Label> labels, std::string_view bound,
            double value);

  std::string_view name_;
  std::string text_;
};

}  // namespace quickclinic::server
