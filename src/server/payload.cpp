#include "server/payload.hpp"

#include "server/error_reply.hpp"

#include <algorithm>
#include <limits>

namespace quickclinic::server {
namespace {

constexpr std::int64_t limit_default = 20;
constexpr std::int64_t limit_max = 100;

}  // namespace

Result<json::Fields> read_payload(const socketio::Event& event, Payload payload) {
  static const json::Object empty;
  if (event.flaw != socketio::Flaw::none || !event.attachments.empty())
    return fail(ServerError::invalid_payload);
  const json::Value& argument = event.argument(0);
  if (argument.is_null() && payload == Payload::optional) return json::Fields(empty);
  const Result<json::Fields> fields = json::Fields::of(argument);
  if (!fields) return fail(ServerError::invalid_payload);
  return fields;
}

Result<std::int64_t> read_limit(const json::Fields& fields, std::int64_t fallback) {
  const auto limit = fields.integer("limit");
  if (!limit) return std::unexpected(limit.error());
  return std::clamp(limit->value_or(fallback), std::int64_t{1}, limit_max);
}

Result<chat::PageRequest> read_page_request(const json::Fields& fields) {
  chat::PageRequest request;
  const auto page = fields.integer("page");
  const auto limit = read_limit(fields, limit_default);
  const auto order = fields.text("order");
  if (!page) return std::unexpected(page.error());
  if (!limit) return std::unexpected(limit.error());
  if (!order) return std::unexpected(order.error());
  request.page = std::max(page->value_or(1), std::int64_t{1});
  request.limit = *limit;
  if (order->value_or("newest") == "oldest") {
    request.order = chat::PageOrder::oldest;
  } else if (order->value_or("newest") != "newest") {
    return fail(ServerError::invalid_payload);
  }
  return request;
}

Result<chat::SliceRequest> read_slice_request(const json::Fields& fields) {
  using Direction = chat::SliceRequest::Direction;
  chat::SliceRequest request;
  const auto before = fields.text("before");
  const auto after = fields.text("after");
  const auto limit = read_limit(fields, limit_default);
  if (!before) return std::unexpected(before.error());
  if (!after) return std::unexpected(after.error());
  if (!limit) return std::unexpected(limit.error());
  if (*before && *after) return fail(ServerError::invalid_payload);
  request.limit = *limit;
  if (*before) {
    request.direction = Direction::before;
    request.anchor = chat::MessageId(**before);
  } else if (*after) {
    request.direction = Direction::after;
    request.anchor = chat::MessageId(**after);
  }
  return request;
}

}  // namespace quickclinic::server
