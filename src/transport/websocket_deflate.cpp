#include "transport/websocket_deflate.hpp"

#include <algorithm>
#include <utility>

namespace quickclinic::transport {
namespace {

constexpr std::size_t tail_bytes = 4;  // RFC 7692, section 7.2.1: left out of every message

engineio::FramePtr frame_of(std::string_view flushed, bool is_binary) {
  return engineio::Frame::deflated(flushed.substr(0, flushed.size() - tail_bytes), is_binary);
}

}  // namespace

engineio::FramePtr SharedDeflate::compress(const engineio::FramePtr& frame, int window_bits) {
  const auto known = std::ranges::find_if(kept_, [&](const Kept& kept) {
    return kept.plain == frame && kept.window_bits == window_bits;
  });
  if (known != kept_.end()) return known->compressed;
  std::optional<Deflater>& deflater = deflaters_[static_cast<std::size_t>(window_bits)];
  if (!deflater) {
    deflater.emplace(DeflateParameters{.window_bits = window_bits, .level = settings_.level});
  }
  std::string flushed;
  deflater->forget();
  engineio::FramePtr compressed = frame;
  if (deflater->compress_onward(frame->packet(), flushed) &&
      flushed.size() - tail_bytes < frame->packet().size()) {
    compressed = frame_of(flushed, frame->is_binary());
  }
  if (frame.use_count() > 1 && kept_.size() < kept_max) {
    kept_.push_back({frame, compressed, window_bits});
  }
  return compressed;
}

WebSocketDeflate::WebSocketDeflate(const DeflateTerms& terms, SharedDeflate& shared) noexcept
    : shared_(shared),
      server_keeps_context_(terms.server_keeps_context),
      client_keeps_context_(terms.client_keeps_context),
      server_window_bits_(terms.server_window_bits),
      client_window_bits_(terms.client_window_bits) {}

WebSocketDeflate::~WebSocketDeflate() = default;

engineio::FramePtr WebSocketDeflate::outgoing(engineio::FramePtr frame) {
  const WebSocketCompression& settings = shared_.settings();
  if (!frame->compressible() || frame->packet().size() < settings.threshold_bytes) return frame;
  if (!server_keeps_context_) return shared_.compress(frame, server_window_bits_);
  if (deflater_ == nullptr) {
    deflater_ = std::make_unique<Deflater>(
        DeflateParameters{.window_bits = server_window_bits_, .level = settings.level});
  }
  // What the compressor has seen has to be sent as it has made it, even if it has grown.
  std::string flushed;
  if (!deflater_->compress_onward(frame->packet(), flushed)) return frame;
  return frame_of(flushed, frame->is_binary());
}

Inflater::Outcome WebSocketDeflate::incoming(std::string_view payload, std::size_t bytes_max,
                                             std::string& out) {
  if (!client_keeps_context_) {
    return shared_.inflater().inflate_message(payload, Inflater::Context::forgotten, bytes_max,
                                              out);
  }
  if (inflater_ == nullptr) inflater_ = std::make_unique<Inflater>(client_window_bits_);
  return inflater_->inflate_message(payload, Inflater::Context::kept, bytes_max, out);
}

}  // namespace quickclinic::transport
