#include "socketio/offset.hpp"

#include <array>
#include <charconv>

namespace quickclinic::socketio {
namespace {

constexpr int base = 36;

void append(std::string& out, std::uint64_t number) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
  out.append(digits.data(), end);
}

// Takes a number off `rest`; it has to end at `end`, or with the text when that is 0.
template <class Number>
bool take(std::string_view& rest, Number& number, char end) {
  const auto [stop, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number, base);
  if (error != std::errc()) return false;
  rest.remove_prefix(static_cast<std::size_t>(stop - rest.data()));
  if (end == 0) return rest.empty();
  if (!rest.starts_with(end)) return false;
  rest.remove_prefix(1);
  return true;
}

}  // namespace

std::string to_text(const Offset& offset, std::string_view process) {
  std::string text(process);
  text.push_back('.');
  append(text, offset.shard);
  text.push_back('.');
  append(text, offset.number);
  return text;
}

std::optional<Offset> parse_offset(std::string_view text, std::string_view process) {
  if (!text.starts_with(process)) return std::nullopt;
  text.remove_prefix(process.size());
  if (!text.starts_with('.')) return std::nullopt;
  text.remove_prefix(1);
  Offset offset;
  if (!take(text, offset.shard, '.') || !take(text, offset.number, 0)) return std::nullopt;
  return offset;
}

}  // namespace quickclinic::socketio
