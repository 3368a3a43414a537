// Any bytes, in one read and in many, are the same messages and the same refusal, within the
// limits.
#include "fuzz/fuzz_target.hpp"
#include "transport/websocket_decoder.hpp"

#include <algorithm>
#include <string>

namespace {

using namespace quickclinic::transport;
using quickclinic::fuzz::require;

constexpr WebSocketLimits limits{
    .message_bytes_max = 1000, .fragments_max = 8, .skip_bytes_max = 2000};

// What comes out, each message with its length in front so that two cannot look like one.
std::string decode(std::string bytes, std::size_t piece_bytes) {
  WebSocketDecoder decoder(limits);
  std::string log;
  for (std::size_t at = 0; at < bytes.size(); at += piece_bytes) {
    std::span<char> input = std::span(bytes).subspan(at, std::min(piece_bytes, bytes.size() - at));
    for (;;) {
      WebSocketMessage message;
      const auto outcome = decoder.next(input, message);
      if (outcome == WebSocketDecoder::Outcome::refused) {
        return log + "refused " + std::to_string(close_code(decoder.error()));
      }
      if (outcome == WebSocketDecoder::Outcome::need_more) break;
      const std::size_t bytes_max = message.kind == WebSocketMessage::Kind::oversized
                                        ? WebSocketLimits::skip_prefix_bytes
                                        : limits.message_bytes_max;
      require(message.data.size() <= bytes_max);
      log.append(std::to_string(static_cast<int>(message.kind))).append(" ");
      log.append(std::to_string(message.close_code)).append(" ");
      log.append(std::to_string(message.data.size())).append(" ").append(message.data);
    }
    require(input.empty());
  }
  return log + (decoder.mid_message() ? " unfinished" : "");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece_bytes = 1 + data[0] % 32;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string whole = decode(bytes, std::max<std::size_t>(bytes.size(), 1));
  require(decode(bytes, 1) == whole);
  require(decode(bytes, piece_bytes) == whole);
  return 0;
}
