// Any bytes to a WebSocket that has agreed to compression: in one read and in many they are the
// same messages and the same refusal, and nothing larger than the limit comes out. The inflater is
// fed apart, too, since few inputs are whole frames.
#include "fuzz/fuzz_target.hpp"
#include "transport/websocket_decoder.hpp"
#include "transport/websocket_deflate.hpp"

#include <algorithm>
#include <memory>
#include <string>

namespace {

using namespace quickclinic::transport;
using quickclinic::fuzz::require;

constexpr WebSocketLimits limits{
    .message_bytes_max = 1000, .fragments_max = 8, .skip_bytes_max = 2000};

std::string decode(std::string bytes, std::size_t piece_bytes, bool kept) {
  SharedDeflate shared({.enabled = true});
  const DeflateTerms terms{.client_keeps_context = kept, .answer = {}};
  WebSocketDecoder decoder(limits, std::make_unique<WebSocketDeflate>(terms, shared));
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
      require(message.data.size() <=
              std::max<std::size_t>(limits.message_bytes_max, WebSocketLimits::skip_prefix_bytes));
      log.append(std::to_string(static_cast<int>(message.kind))).append(" ");
      log.append(std::to_string(message.data.size())).append(" ").append(message.data);
    }
    require(input.empty());
  }
  return log;
}

// Each line of `bytes` is a message.
void inflate(std::string_view bytes, Inflater::Context context) {
  Inflater inflater(15);
  while (!bytes.empty()) {
    const std::string_view payload = bytes.substr(0, bytes.find('\n'));
    bytes.remove_prefix(std::min(payload.size() + 1, bytes.size()));
    std::string out;
    const auto outcome = inflater.inflate_message(payload, context, limits.message_bytes_max, out);
    require(out.size() <= limits.message_bytes_max + 1);
    if (outcome != Inflater::Outcome::done) return;
    require(out.size() <= limits.message_bytes_max);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece_bytes = 1 + data[0] % 32;
  const bool kept = (data[0] & 0x80U) != 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string whole = decode(bytes, std::max<std::size_t>(bytes.size(), 1), kept);
  require(decode(bytes, 1, kept) == whole);
  require(decode(bytes, piece_bytes, kept) == whole);
  inflate(bytes, kept ? Inflater::Context::kept : Inflater::Context::forgotten);
  return 0;
}
