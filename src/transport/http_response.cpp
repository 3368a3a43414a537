#include "transport/http_response.hpp"

#include "base/log.hpp"
#include "transport/character_set.hpp"
#include "transport/http_headers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>

namespace quickclinic::transport {
namespace {

constexpr std::size_t fixed_bytes =
    160;  // status line, Date, Content-Length, Connection and what separates them

constexpr CharacterSet token_characters("!#$%&'*+-.^_`|~");  // RFC 9110, section 5.6.2

bool is_token(std::string_view text) noexcept {
  return !text.empty() && token_characters.contains_all(text);
}

bool is_field_value(std::string_view text) noexcept {
  bool wrong = false;  // without a branch for each byte, so that the compiler looks at many at once
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    wrong |= (byte == 0x7F) | ((byte < 0x20) & (byte != '\t'));
  }
  return !wrong;
}

bool is_framing(std::string_view name) noexcept {
  return std::ranges::any_of(
      std::to_array<std::string_view>(
          {"Content-Length", "Transfer-Encoding", "Connection", "Date"}),
      [&](std::string_view ours) { return equal_ignoring_case(name, ours); });
}

std::string_view content_of(const HttpResponse& response) noexcept {
  return response.lasting_body.empty() ? response.body : response.lasting_body;
}

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

// The Date line changes once a second; a busy shard sends thousands of responses in it.
std::string_view current_date() {
  thread_local std::int64_t second = -1;
  thread_local std::string text;
  const WallTime now = wall_now();
  const std::int64_t current =
      std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  if (current != second) {
    text = http_date(now);
    second = current;
  }
  return text;
}

void append_headers(std::string& out, const HeaderList& headers) {
  for (const auto& [name, value] : headers) {
    if (is_framing(name)) continue;
    if (!is_token(name) || !is_field_value(value)) {
      log::error("response header dropped, it holds bytes no header may hold", {{"name", name}});
      continue;
    }
    out.append(name).append(": ").append(value).append("\r\n");
  }
}

// The head, in a string with room for `room_bytes` more.
std::string head_with_room(const HttpResponse& response, std::size_t content_length,
                           std::size_t room_bytes) {
  std::size_t size = fixed_bytes + room_bytes;
  for (const auto& [name, value] : response.headers) size += name.size() + value.size() + 4;
  std::string out;
  out.reserve(size);
  out += "HTTP/1.1 ";
  append_number(out, response.status);
  out.append(" ").append(reason_phrase(response.status)).append("\r\nDate: ");
  out.append(current_date()).append("\r\n");
  append_headers(out, response.headers);
  if (may_have_content(response.status)) {
    out += "Content-Length: ";
    append_number(out, content_length);
    out += "\r\n";
  }
  out += response.close ? "Connection: close\r\n\r\n" : "Connection: keep-alive\r\n\r\n";
  return out;
}

}  // namespace

std::string_view reason_phrase(unsigned status) noexcept {
  switch (status) {
    case 100:
      return "Continue";
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

bool may_have_content(unsigned status) noexcept {
  return status >= 200 && status != 204 && status != 304;
}

std::string http_date(WallTime time) {
  static constexpr std::array days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  std::string text;
  const auto two_digits = [&](auto number) {
    if (number < 10) text += '0';
    append_number(text, static_cast<std::uint64_t>(number));
  };
  text.append(days[std::chrono::weekday(day).c_encoding()]).append(", ");
  two_digits(static_cast<unsigned>(date.day()));
  text.append(" ").append(months[static_cast<unsigned>(date.month()) - 1]).append(" ");
  append_number(text, static_cast<std::uint64_t>(static_cast<int>(date.year())));
  text += ' ';
  two_digits(clock.hours().count());
  text += ':';
  two_digits(clock.minutes().count());
  text += ':';
  two_digits(clock.seconds().count());
  return text.append(" GMT");
}

void add_headers(std::string& head, const HeaderList& headers) {
  head.resize(head.size() - 2);  // the empty line
  append_headers(head, headers);
  head += "\r\n";
}

std::string format_head(const HttpResponse& response, std::size_t content_length) {
  return head_with_room(response, content_length, 0);
}

std::string format(const HttpResponse& response, bool head_only) {
  const bool with_body = !head_only && may_have_content(response.status);
  const std::string_view content = content_of(response);
  std::string out = head_with_room(response, content.size(), with_body ? content.size() : 0);
  if (with_body) out += content;
  return out;
}

}  // namespace quickclinic::transport
