#include "json/number.hpp"

#include <system_error>

#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>

namespace quickclinic::json {
namespace {

constexpr int exponent_max = 10'000;  // far past any double, whatever the text says

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Where the first digit other than 0 stands: 0 for 1 to 9, -1 for 0.1 and so on. Tells a number
// that is too large from one that is too small.
int magnitude(std::string_view text) {
  const std::size_t mark = text.find_first_of("eE");
  const std::string_view digits = text.substr(0, mark);
  int exponent = 0;
  if (mark != std::string_view::npos) {
    const bool negative = text[mark + 1] == '-';
    for (const char c : text.substr(mark + 1)) {
      if (is_digit(c) && exponent < exponent_max) exponent = exponent * 10 + (c - '0');
    }
    if (negative) exponent = -exponent;
  }
  const std::size_t point = digits.find('.');
  const auto whole =
      static_cast<std::ptrdiff_t>(point == std::string_view::npos ? digits.size() : point);
  const auto first = static_cast<std::ptrdiff_t>(digits.find_first_of("123456789"));
  return exponent + static_cast<int>(first < whole ? whole - first - 1 : whole - first);
}

// A finite number's shortest digits, and its decimal exponent: d.ddd times ten to `exponent`.
struct Digits {
  std::array<char, 24> text;
  std::size_t count = 0;
  int exponent = 0;
};

Digits shortest_digits(double positive) {
  std::array<char, 32> buffer;
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), positive,
                                     std::chars_format::scientific);
  Digits digits;
  const char* at = buffer.data();
  for (; *at != 'e'; ++at) {
    if (*at != '.') digits.text[digits.count++] = *at;
  }
  ++at;
  if (*at == '+') ++at;  // which from_chars does not read
  std::from_chars(at, written.ptr, digits.exponent);
  return digits;
}

// ECMAScript, "Number::toString", with n = exponent + 1 and k = count.
void append_digits(std::string& out, const Digits& digits) {
  const std::string_view all(digits.text.data(), digits.count);
  const int point = digits.exponent + 1;
  const int count = static_cast<int>(digits.count);
  if (point > 21 || point <= -6) {
    out += all.front();
    if (count > 1) out.append(".").append(all.substr(1));
    out += point > 0 ? "e+" : "e-";
    out += std::to_string(std::abs(digits.exponent));
  } else if (point <= 0) {
    out.append("0.").append(static_cast<std::size_t>(-point), '0').append(all);
  } else if (count <= point) {
    out.append(all).append(static_cast<std::size_t>(point - count), '0');
  } else {
    const auto whole = static_cast<std::size_t>(point);
    out.append(all.substr(0, whole)).append(".").append(all.substr(whole));
  }
}

template <std::integral Number>
void append_digits_of(std::string& out, Number number) {
  std::array<char, 20> digits;
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), written.ptr);
}

}  // namespace

std::optional<double> parse_double(std::string_view text) {
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc::result_out_of_range) return number;
  if (magnitude(text) > 0) return std::nullopt;
  return text.starts_with('-') ? -0.0 : 0.0;
}

void append_double(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  if (number == 0) {
    out += '0';
    return;
  }
  if (number < 0) out += '-';
  append_digits(out, shortest_digits(std::abs(number)));
}

void append_integer(std::string& out, std::int64_t number) { append_digits_of(out, number); }

void append_integer(std::string& out, std::uint64_t number) { append_digits_of(out, number); }

}  // namespace quickclinic::json
