#include "transport/http_headers.hpp"

#include <algorithm>

namespace quickclinic::transport {
namespace {

constexpr std::size_t typical_text_bytes = 512;
constexpr std::size_t typical_fields = 16;

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trim(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

bool equal_ignoring_case(std::string_view left, std::string_view right) noexcept {
  return left.size() == right.size() &&
         std::equal(left.begin(), left.end(), right.begin(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

bool list_has_token(std::string_view list, std::string_view token) noexcept {
  for (;;) {
    const auto comma = list.find(',');
    if (equal_ignoring_case(trim(list.substr(0, comma)), token)) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
}

std::uint32_t Headers::append(std::string_view text) {
  const auto at = static_cast<std::uint32_t>(text_.size());
  text_ += text;
  return at;
}

void Headers::add(std::string_view name, std::string_view value) {
  if (fields_.empty()) {
    text_.reserve(typical_text_bytes);
    fields_.reserve(typical_fields);
  }
  const std::uint32_t name_at = append(name);
  const std::uint32_t value_at = append(value);
  fields_.push_back({name_at, static_cast<std::uint32_t>(name.size()), value_at,
                     static_cast<std::uint32_t>(value.size())});
}

bool Headers::is_named(const Field& field, std::string_view name) const noexcept {
  // Most fields have another length, and are told apart without looking at their text.
  return field.name_size == name.size() &&
         equal_ignoring_case({text_.data() + field.name_at, field.name_size}, name);
}

std::string_view Headers::value_of(const Field& field) const noexcept {
  return {text_.data() + field.value_at, field.value_size};
}

void Headers::replace(std::string_view name, std::string_view value) {
  for (Field& field : fields_) {
    if (!is_named(field, name)) continue;
    field.value_at = append(value);
    field.value_size = static_cast<std::uint32_t>(value.size());
    return;
  }
}

Header Headers::operator[](std::size_t index) const noexcept {
  const Field& field = fields_[index];
  return {{text_.data() + field.name_at, field.name_size}, value_of(field)};
}

std::optional<std::string_view> Headers::find(std::string_view name) const noexcept {
  for (const Field& field : fields_) {
    if (is_named(field, name)) return value_of(field);
  }
  return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const noexcept {
  return static_cast<std::size_t>(
      std::ranges::count_if(fields_, [&](const Field& field) { return is_named(field, name); }));
}

bool Headers::has_token(std::string_view name, std::string_view token) const noexcept {
  return std::ranges::any_of(fields_, [&](const Field& field) {
    return is_named(field, name) && list_has_token(value_of(field), token);
  });
}

}  // namespace quickclinic::transport
