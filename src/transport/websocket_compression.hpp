#pragma once

#include "base/result.hpp"
#include "transport/http_headers.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace quickclinic::transport {

/// Whether WebSocket messages may be compressed (permessage-deflate, RFC 7692), and what for. Off,
/// as in the Node server: small events do not shrink, and every message costs processor time.
///
/// As it stands, no connection keeps a context: a connection costs some 50 bytes more, the shard
/// one compressor of 256 KiB and a decompressor of 39 KiB, and a broadcast is compressed once per
/// shard. Keeping contexts shrinks messages that resemble each other further, at a price for each
/// connection, from its first large message on: a client context takes 39 KiB of the server's
/// memory, a server context 256 KiB (`DeflateParameters`, `Inflater`), less with smaller windows;
/// and no broadcast is shared any more.
struct WebSocketCompression {
  bool enabled = false;
  /// Smaller messages are sent as they are.
  std::size_t threshold_bytes = 1024;
  bool keep_server_context = false;  ///< unless the client asks for `server_no_context_takeover`
  bool keep_client_context = false;  ///< unless the client wants none itself
  int server_window_bits = 15;       ///< 9 to 15; zlib cannot compress with less
  int client_window_bits = 15;       ///< 8 to 15; only where the client lets us choose
  int level = 6;                     ///< as in `DeflateParameters`
};

/// What both sides of a connection have agreed upon (RFC 7692, section 7.1).
struct DeflateTerms {
  bool server_keeps_context = true;
  bool client_keeps_context = true;
  std::uint8_t server_window_bits = 15;
  std::uint8_t client_window_bits = 15;
  std::string answer;  ///< the value of Sec-WebSocket-Extensions
};

/// Takes the first of the client's offers that can be served, or none. An offer with an unknown,
/// repeated or malformed parameter is declined as if it were not there (section 7.1), one for a
/// server window of 256 bytes because zlib has none. `bad_handshake` when the header is no list of
/// extensions at all (RFC 6455, section 9.1).
Result<std::optional<DeflateTerms>> negotiate_deflate(const Headers& request,
                                                      const WebSocketCompression& settings);

}  // namespace quickclinic::transport
