#pragma once

#include "base/result.hpp"
#include "chat/store.hpp"
#include "json/json.hpp"
#include "transport/http_request.hpp"

#include <optional>
#include <string>
#include <string_view>

/// Reading what clients send with a request. Whatever is not as it should be is a 4xx.
namespace quickclinic::server {

/// The body as a JSON object. The type has to be declared: a page of another origin cannot do that
/// unasked. Text with a NUL, which no database takes, and escaped lone surrogates, which no UTF-8
/// carries, are refused wherever they stand.
Result<json::Value> read_body(const transport::HttpRequest& request);

/// A text field of an object; empty when there is none, or it is no text.
std::string text_of(const json::Object& object, std::string_view name);

/// A parameter of the query. A repeated one has no value that everybody would agree on:
/// `malformed_query`, as for text that is not UTF-8.
Result<std::optional<std::string>> query_parameter(const transport::HttpRequest& request,
                                                   std::string_view name);

/// `page`, `limit` and `order`, with the contract's texts for what they may not be.
Result<chat::PageRequest> read_page_query(const transport::HttpRequest& request);

}  // namespace quickclinic::server
