#include "server/http/request_reading.hpp"

#include "base/utf8.hpp"
#include "server/error_reply.hpp"
#include "server/http/http_error.hpp"
#include "transport/http_query.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace quickclinic::server {
namespace {

constexpr std::int64_t limit_max = 100;
// The largest number that every JavaScript client can count to.
constexpr std::int64_t page_max = (std::int64_t{1} << 53U) - 1;

bool is_json(const transport::HttpRequest& request) {
  if (request.headers.count("Content-Type") != 1) return false;
  std::string_view type = *request.header("Content-Type");
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return transport::equal_ignoring_case(type, "application/json");
}

bool has_nul(std::string_view text) { return text.contains('\0'); }

// As deep as the parser lets values be.
bool has_nul(const json::Value& value) {
  if (const json::String* text = value.if_string()) return has_nul(json::view(*text));
  if (const json::Array* array = value.if_array()) {
    return std::ranges::any_of(*array, [](const json::Value& each) { return has_nul(each); });
  }
  if (const json::Object* object = value.if_object()) {
    return std::ranges::any_of(*object, [](const auto& member) {
      return has_nul(std::string_view(member.key().data(), member.key().size())) ||
             has_nul(member.value());
    });
  }
  return false;
}

// The whole of `text` in plain digits.
std::optional<std::int64_t> positive(std::string_view text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || number < 1 || number > page_max) return std::nullopt;
  return number;
}

Result<std::int64_t> read_positive(const transport::HttpRequest& request, std::string_view name,
                                   std::int64_t fallback) {
  const auto text = query_parameter(request, name);
  if (!text) return fail(HttpError::page_or_limit_wrong);
  if (!*text) return fallback;
  const auto number = positive(**text);
  if (!number) return fail(HttpError::page_or_limit_wrong);
  return *number;
}

}  // namespace

Result<json::Value> read_body(const transport::HttpRequest& request) {
  if (!is_json(request)) return fail(HttpError::unsupported_media_type);
  Result<json::Value> body = json::parse(request.body);
  if (!body) return fail(HttpError::malformed_json);
  if (!body->is_object() || has_nul(*body)) return fail(ServerError::invalid_payload);
  return body;
}

std::string text_of(const json::Object& object, std::string_view name) {
  const json::Value* field = object.if_contains(name);
  if (field == nullptr || !field->is_string()) return {};
  return std::string(json::view(field->get_string()));
}

Result<std::optional<std::string>> query_parameter(const transport::HttpRequest& request,
                                                   std::string_view name) {
  std::optional<std::string> found;
  std::string_view rest = request.query;
  while (!rest.empty()) {
    const std::size_t end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    const std::size_t equals = pair.find('=');
    using transport::Plus;
    if (transport::percent_decode(pair.substr(0, equals), Plus::is_a_space) != name) continue;
    if (found) return fail(HttpError::malformed_query);
    found = equals == std::string_view::npos
                ? std::string()
                : transport::percent_decode(pair.substr(equals + 1), Plus::is_a_space);
    if (has_nul(std::string_view(*found)) || !is_utf8(*found))
      return fail(HttpError::malformed_query);
  }
  return found;
}

Result<chat::PageRequest> read_page_query(const transport::HttpRequest& request) {
  chat::PageRequest page;
  const auto number = read_positive(request, "page", page.page);
  if (!number) return std::unexpected(number.error());
  const auto limit = read_positive(request, "limit", page.limit);
  if (!limit) return std::unexpected(limit.error());
  if (*limit > limit_max) return fail(HttpError::limit_too_large);
  const auto order = query_parameter(request, "order");
  if (!order) return fail(HttpError::order_unknown);
  if (*order && **order != "newest" && **order != "oldest") return fail(HttpError::order_unknown);
  page.page = *number;
  page.limit = *limit;
  if (*order && **order == "oldest") page.order = chat::PageOrder::oldest;
  return page;
}

}  // namespace quickclinic::server
