#include "transport/http_answer_head.hpp"

#include "transport/http_headers.hpp"

#include <charconv>
#include <string>

namespace quickclinic::transport {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view version = "HTTP/1.1 ";
constexpr std::size_t status_digits = 3;

template <class Number>
bool read_all_digits(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && error == std::errc() && end == text.data() + text.size();
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find(line_end);
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + line_end.size());
  return line;
}

}  // namespace

std::optional<HttpAnswerHead> read_answer_head(std::string_view text) {
  HttpAnswerHead head;
  const std::string_view status_line = take_line(text);
  if (!status_line.starts_with(version)) return std::nullopt;
  const std::string_view status = status_line.substr(version.size(), status_digits);
  if (!read_all_digits(status, head.response.status) || status.size() != status_digits) {
    return std::nullopt;
  }
  bool has_length = false;
  for (std::string_view line = take_line(text); !line.empty(); line = take_line(text)) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view name = line.substr(0, colon);
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    if (equal_ignoring_case(name, "Transfer-Encoding")) return std::nullopt;
    if (equal_ignoring_case(name, "Connection")) head.keep_alive = !list_has_token(value, "close");
    if (equal_ignoring_case(name, "Content-Length")) {
      if (has_length || !read_all_digits(value, head.content_length)) return std::nullopt;
      has_length = true;
    }
    head.response.headers.emplace_back(name, value);
  }
  if (!has_length && may_have_content(head.response.status)) return std::nullopt;
  return head;
}

}  // namespace quickclinic::transport
