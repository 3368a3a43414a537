#include "transport/transport_error.hpp"

#include "base/error_table.hpp"

#include <array>

namespace quickclinic::transport {
namespace {

using enum TransportError;

constexpr ErrorEntry entry(TransportError error, std::string_view message, Condition condition) {
  return {static_cast<int>(error), message, condition};
}

constexpr std::array entries = {
    entry(bad_request_line, "malformed request line", Condition::bad_request),
    entry(unsupported_version, "unsupported HTTP version", Condition::bad_request),
    entry(bad_target, "malformed request target", Condition::bad_request),
    entry(bad_header, "malformed header", Condition::bad_request),
    entry(bad_host, "missing, repeated or malformed Host", Condition::bad_request),
    entry(headers_too_large, "request head is too large", Condition::too_large),
    entry(bad_content_length, "malformed or repeated Content-Length", Condition::bad_request),
    entry(bad_transfer_encoding, "refused Transfer-Encoding", Condition::bad_request),
    entry(bad_chunk, "malformed chunk", Condition::bad_request),
    entry(body_too_large, "request body is too large", Condition::too_large),
    entry(too_many_parameters, "too many query parameters", Condition::bad_request),
    entry(bad_handshake, "malformed WebSocket handshake", Condition::bad_request),
    entry(unsupported_websocket_version, "unsupported WebSocket version", Condition::bad_request),
    entry(bad_frame, "malformed WebSocket frame", Condition::bad_request),
    entry(bad_text, "WebSocket text is not UTF-8", Condition::bad_request),
    entry(message_too_large, "WebSocket message is too large", Condition::too_large),
    entry(bad_address, "not an address of this machine", Condition::bad_request),
    entry(port_in_use, "somebody listens there already", Condition::conflict),
    entry(no_permission, "no permission to listen", Condition::forbidden),
    entry(listen_failed, "cannot listen", Condition::unavailable),
    entry(bad_certificate, "unusable TLS certificate or key", Condition::bad_request),
    entry(poll_failed, "cannot watch a descriptor", Condition::internal),
    entry(bad_inherited_socket, "unusable inherited socket", Condition::bad_request),
    entry(cannot_start, "cannot start another process", Condition::unavailable),
    entry(bad_client_bundle, "unusable client bundle", Condition::bad_request),
    entry(bad_compression, "WebSocket message is not compressed data", Condition::bad_request),
};

const ErrorTable& table() noexcept {
  static const ErrorTable instance("transport", entries);
  return instance;
}

}  // namespace

std::error_code make_error_code(TransportError error) noexcept {
  return {static_cast<int>(error), table()};
}

unsigned http_status(TransportError error) noexcept {
  switch (error) {
    case unsupported_version:
      return 505;
    case headers_too_large:
      return 431;
    case body_too_large:
      return 413;
    case unsupported_websocket_version:
      return 426;
    case bad_address:
    case port_in_use:
    case no_permission:
    case listen_failed:
    case bad_certificate:
    case poll_failed:
    case bad_inherited_socket:
    case cannot_start:
    case bad_client_bundle:
      return 500;
    default:
      return 400;
  }
}

unsigned http_status(const Error& error) noexcept {
  if (error.code.category() != table()) return 400;
  return http_status(static_cast<TransportError>(error.code.value()));
}

std::uint16_t close_code(TransportError error) noexcept {
  switch (error) {
    case bad_text:
    case bad_compression:
      return 1007;
    case message_too_large:
      return 1009;
    default:
      return 1002;
  }
}

}  // namespace quickclinic::transport
