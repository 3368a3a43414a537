#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quickclinic::server {

/// Which trace a piece of work belongs to, and which span of it: W3C Trace Context.
struct TraceContext {
  std::array<std::uint8_t, 16> trace{};
  std::array<std::uint8_t, 8> span{};
  bool sampled = false;

  friend bool operator==(const TraceContext&, const TraceContext&) = default;
};

/// Reads the header `traceparent`. Nothing when it is malformed: then a new trace begins, as the
/// specification wants it.
std::optional<TraceContext> read_traceparent(std::string_view header);

/// In lower-case hexadecimal digits.
std::string hexadecimal(std::string_view bytes);
template <std::size_t size>
std::string hexadecimal(const std::array<std::uint8_t, size>& bytes) {
  return hexadecimal(std::string_view(reinterpret_cast<const char*>(bytes.data()), size));
}

}  // namespace quickclinic::server
