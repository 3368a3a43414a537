#pragma once

#include "server/tracing/trace_context.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace quickclinic::server {

/// One piece of work of a trace: when it began and ended, and a few values. Names and values are
/// the program's own words and numbers; never a message's text, a name, a token or a path with ids.
struct Span {
  using Time = std::chrono::sys_time<std::chrono::nanoseconds>;
  using Value = std::variant<std::int64_t, std::string>;
  enum class Kind { internal = 1, server = 2 };  // as OTLP numbers them

  std::string name;
  Kind kind = Kind::internal;
  TraceContext context;
  std::optional<std::array<std::uint8_t, 8>> parent;
  Time began;
  Time ended;
  bool failed = false;
  std::vector<std::pair<std::string_view, Value>> values;

  static Time now() noexcept {
    return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
  }
};

/// The body of `POST /v1/traces`: OTLP/HTTP in JSON, for one batch of spans.
std::string otlp_body(const std::vector<Span>& spans, std::string_view service);

}  // namespace quickclinic::server
