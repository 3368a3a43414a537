#include "load/http_response.hpp"

#include <algorithm>
#include <charconv>

namespace quickclinic::load {

namespace {

constexpr std::string_view version = "HTTP/1.1 ";
constexpr std::size_t head_bytes_max = 16 * 1024;  // an Engine.IO response needs less than one

bool same_name(std::string_view found, std::string_view lower) {
  return std::ranges::equal(found, lower, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

template <class Number>
bool parse(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string_view field(std::string_view head, std::string_view name) noexcept {
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos;
       at = head.find("\r\n", at)) {
    at += 2;
    const std::string_view line = head.substr(at, head.find("\r\n", at) - at);
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && same_name(line.substr(0, colon), name)) {
      const std::size_t begin = std::min(line.find_first_not_of(' ', colon + 1), line.size());
      return line.substr(begin);
    }
  }
  return {};
}

ResponseScan scan_response(std::string_view bytes) noexcept {
  ResponseScan scan;
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    if (bytes.size() > head_bytes_max) {
      scan.state = ResponseScan::State::bad;
    }
    return scan;
  }
  scan.head = bytes.substr(0, end);
  scan.state = ResponseScan::State::bad;
  if (!scan.head.starts_with(version) || !parse(scan.head.substr(version.size(), 3), scan.status)) {
    return scan;
  }
  std::size_t length = 0;
  const std::string_view length_field = field(scan.head, "content-length");
  const bool bodiless = scan.status < 200 || scan.status == 204;
  if (!bodiless && !parse(length_field, length)) {
    return scan;
  }
  const std::size_t begin = end + 4;
  if (length > bytes.size() - begin) {
    scan.state = ResponseScan::State::partial;
    return scan;
  }
  scan.state = ResponseScan::State::whole;
  scan.body = bytes.substr(begin, length);
  scan.size = begin + length;
  return scan;
}

}  // namespace quickclinic::load
