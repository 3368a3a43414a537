#pragma once

#include "transport/http_response.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace quickclinic::transport {

/// The head of another node's answer.
struct HttpAnswerHead {
  HttpResponse response;  ///< status and headers
  std::uint64_t content_length = 0;
  bool keep_alive = true;
};

/// Reads a complete head, up to and with the empty line. Nothing when it is none, or one of an
/// answer whose end only the end of the connection tells, or the framing of chunks: nodes write
/// neither.
std::optional<HttpAnswerHead> read_answer_head(std::string_view text);

}  // namespace quickclinic::transport
