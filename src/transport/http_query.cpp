#include "transport/http_query.hpp"

#include "transport/transport_error.hpp"

#include <algorithm>
#include <utility>

namespace quickclinic::transport {
namespace {

constexpr std::size_t typical_parameters = 4;  // EIO, transport, sid and t

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string percent_decode(std::string_view text, Plus plus) {
  const auto encoded = [plus](char c) {
    return c == '%' || (c == '+' && plus == Plus::is_a_space);
  };
  if (std::ranges::none_of(text, encoded)) return std::string(text);  // the usual case
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%' && i + 2 < text.size()) {
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high >= 0 && low >= 0) {
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    decoded += c == '+' && plus == Plus::is_a_space ? ' ' : c;
  }
  return decoded;
}

Result<Query> Query::parse(std::string_view text) {
  Query query;
  query.parameters_.reserve(typical_parameters);
  std::size_t given = 0;
  while (!text.empty()) {
    const auto end = text.find('&');
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (pair.empty()) continue;
    if (++given > parameters_max) return fail(TransportError::too_many_parameters);
    const auto equals = pair.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    query.set(percent_decode(pair.substr(0, equals), Plus::is_a_space),
              percent_decode(value, Plus::is_a_space));
  }
  return query;
}

std::optional<std::string_view> Query::find(std::string_view name) const noexcept {
  for (const auto& [key, value] : parameters_) {
    if (key == name) return value;
  }
  return std::nullopt;
}

void Query::set(std::string name, std::string value) {
  for (auto& [key, known] : parameters_) {
    if (key == name) {
      known = std::move(value);
      return;
    }
  }
  parameters_.emplace_back(std::move(name), std::move(value));
}

}  // namespace quickclinic::transport
