#include "server/tracing/span.hpp"

#include "json/json.hpp"

#include <type_traits>

namespace quickclinic::server {
namespace {

std::string in_quotes(std::string_view text) {
  std::string out;
  json::append_string(out, text);
  return out;
}

// 64-bit numbers are texts in Protobuf's JSON.
std::string attribute(std::string_view key, const Span::Value& value) {
  std::string out = R"({"key":)" + in_quotes(key) + R"(,"value":{)";
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    out += R"("intValue":")" + std::to_string(*number) + "\"";
  } else {
    out += R"("stringValue":)" + in_quotes(std::get<std::string>(value));
  }
  return out + "}}";
}

std::string nanoseconds(Span::Time time) {
  return "\"" + std::to_string(time.time_since_epoch().count()) + "\"";
}

std::string span_text(const Span& span) {
  std::string out = R"({"traceId":")" + hexadecimal(span.context.trace) + R"(","spanId":")" +
                    hexadecimal(span.context.span) + "\"";
  if (span.parent) out += R"(,"parentSpanId":")" + hexadecimal(*span.parent) + "\"";
  out += R"(,"name":)" + in_quotes(span.name) + R"(,"kind":)" +
         std::to_string(static_cast<int>(span.kind)) + R"(,"startTimeUnixNano":)" +
         nanoseconds(span.began) + R"(,"endTimeUnixNano":)" + nanoseconds(span.ended) +
         R"(,"attributes":[)";
  for (std::size_t i = 0; i < span.values.size(); ++i)
    out += (i > 0 ? "," : "") + attribute(span.values[i].first, span.values[i].second);
  out += "]";
  constexpr int status_error = 2;
  if (span.failed) out += R"(,"status":{"code":)" + std::to_string(status_error) + "}";
  return out + "}";
}

}  // namespace

std::string otlp_body(const std::vector<Span>& spans, std::string_view service) {
  std::string out = R"({"resourceSpans":[{"resource":{"attributes":[)" +
                    attribute("service.name", std::string(service)) +
                    R"(]},"scopeSpans":[{"scope":{"name":"quickclinic"},"spans":[)";
  for (std::size_t i = 0; i < spans.size(); ++i) out += (i > 0 ? "," : "") + span_text(spans[i]);
  return out + "]}]}]}";
}

}  // namespace quickclinic::server
