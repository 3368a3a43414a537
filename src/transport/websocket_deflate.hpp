#pragma once

#include "engineio/frame.hpp"
#include "transport/deflater.hpp"
#include "transport/inflater.hpp"
#include "transport/websocket_compression.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::transport {

/// The compressors that the connections of a shard share, as far as they keep no context, and what
/// was compressed for several of them. Owned by the shard; takes no memory before the first message
/// that is large enough.
class SharedDeflate {
 public:
  explicit SharedDeflate(const WebSocketCompression& settings) noexcept : settings_(settings) {}

  const WebSocketCompression& settings() const noexcept { return settings_; }

  /// `frame` compressed without regard to what was before, or itself where that would be no
  /// smaller. A frame that others wait for too is compressed once until `end_batch`.
  engineio::FramePtr compress(const engineio::FramePtr& frame, int window_bits);
  Inflater& inflater() noexcept { return inflater_; }

  /// Forgets the frames it has kept for others.
  void end_batch() noexcept { kept_.clear(); }

 private:
  struct Kept {
    engineio::FramePtr plain;
    engineio::FramePtr compressed;
    int window_bits;
  };
  // A connection has this many different frames in a batch at most, usually one; then it is done
  // anew.
  static constexpr std::size_t kept_max = 64;

  WebSocketCompression settings_;
  std::array<std::optional<Deflater>, 16> deflaters_;  // by window bits
  Inflater inflater_{15};
  std::vector<Kept> kept_;
};

/// The compression of one connection. Owned by its decoder, and called on its shard's thread;
/// `shared` outlives it.
class WebSocketDeflate {
 public:
  WebSocketDeflate(const DeflateTerms& terms, SharedDeflate& shared) noexcept;
  ~WebSocketDeflate();
  WebSocketDeflate(const WebSocketDeflate&) = delete;
  WebSocketDeflate& operator=(const WebSocketDeflate&) = delete;

  /// What to write instead of `frame`; to be written in the order of the calls.
  engineio::FramePtr outgoing(engineio::FramePtr frame);
  /// A message of the client's; see `Inflater`.
  Inflater::Outcome incoming(std::string_view payload, std::size_t bytes_max, std::string& out);

 private:
  SharedDeflate& shared_;
  const bool server_keeps_context_;
  const bool client_keeps_context_;
  const std::uint8_t server_window_bits_;
  const std::uint8_t client_window_bits_;
  std::unique_ptr<Deflater> deflater_;  // where the context is kept, from the first message on
  std::unique_ptr<Inflater> inflater_;
};

}  // namespace quickclinic::transport
