#include "transport/http_parser.hpp"

#include "transport/transport_error.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace quickclinic::transport {
namespace {

constexpr std::string_view line_end = "\r\n";

// Without the empty line that may stand in front of the request line.
std::string_view without_empty_line(std::string_view head) {
  return head.starts_with(line_end) ? head.substr(line_end.size()) : head;
}

}  // namespace

Result<std::size_t> HttpParser::feed(std::string_view bytes) {
  if (refused_) return std::unexpected(*refused_);
  if (bytes.empty() || complete()) return 0;
  started_ = true;
  auto taken = phase_ == Phase::head ? feed_head(bytes) : feed_body(bytes);
  if (!taken) refused_ = taken.error();
  return taken;
}

Result<std::size_t> HttpParser::feed_head(std::string_view bytes) {
  std::size_t taken = 0;
  for (;;) {
    const auto step = scanner_.scan(bytes.substr(taken), limits_);
    if (!step) return std::unexpected(step.error());
    taken += step->consumed;
    const bool waiting = step->found == HttpHeadScanner::Found::nothing;
    if (!gathered_.empty()) {
      gathered_.append(bytes.substr(taken - step->consumed, step->consumed));
    } else if (waiting) {
      gathered_.assign(bytes.substr(0, taken));
    }
    if (waiting) return taken;

    const auto text = without_empty_line(gathered_.empty() ? bytes.substr(0, taken) : gathered_);
    if (step->found == HttpHeadScanner::Found::request_line) {
      const auto checked = check_request_line(text.substr(0, text.find(line_end)));
      if (!checked) return std::unexpected(checked.error());
      continue;
    }
    const auto finished = finish_head(text);
    if (!finished) return std::unexpected(finished.error());
    return taken;
  }
}

Result<> HttpParser::finish_head(std::string_view text) {
  const auto framing = read_head(text, request_);
  if (!framing) return std::unexpected(framing.error());
  std::string().swap(gathered_);
  framing_ = *framing;
  body_limit_ = limits_.body_bytes_max;
  const bool has_body = framing_.chunked || framing_.content_length > 0;
  phase_ = has_body ? Phase::body : Phase::complete;
  return {};
}

Result<> HttpParser::set_body_limit(std::uint64_t body_bytes_max, const BodySkip& skip) {
  assert(headers_complete());
  body_limit_ = body_bytes_max;
  if (framing_.content_length <= body_limit_) return {};
  if (framing_.content_length <= skip.body_bytes_max) {
    skip_ = skip;
    request_.body_cut = true;
    return {};
  }
  refused_ = Error(TransportError::body_too_large);
  return std::unexpected(*refused_);
}

Result<std::size_t> HttpParser::feed_body(std::string_view bytes) {
  if (framing_.chunked) {
    auto taken = chunks_.feed(bytes, request_.body, body_limit_, limits_);
    if (chunks_.complete()) phase_ = Phase::complete;
    return taken;
  }
  if (framing_.content_length > body_limit_ && !request_.body_cut) {
    return fail(TransportError::body_too_large);
  }
  // The body grows by what has arrived, never by what was announced.
  const std::uint64_t left = framing_.content_length - body_taken_;
  const std::string_view arrived = bytes.substr(0, std::min<std::uint64_t>(left, bytes.size()));
  if (request_.body_cut) {
    const std::size_t room = skip_.kept_bytes - request_.body.size();
    request_.body.append(arrived.substr(0, room));
    request_.body_marked =
        request_.body_marked || arrived.find(skip_.mark) != std::string_view::npos;
  } else {
    request_.body.append(arrived);
  }
  body_taken_ += arrived.size();
  if (arrived.size() == left) phase_ = Phase::complete;
  return arrived.size();
}

HttpRequest HttpParser::take() {
  assert(complete());
  HttpRequest request = std::exchange(request_, {});
  phase_ = Phase::head;
  started_ = false;
  scanner_ = {};
  chunks_ = {};
  framing_ = {};
  body_taken_ = 0;
  skip_ = {};
  return request;
}

}  // namespace quickclinic::transport
