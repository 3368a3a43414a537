#pragma once

#include "base/result.hpp"

#include <system_error>

#include <cstdint>

namespace quickclinic::transport {

/// Why bytes of a peer, or a wish of the configuration, were refused by this layer.
enum class TransportError {
  bad_request_line = 1,
  unsupported_version,  ///< well formed, but neither HTTP/1.0 nor HTTP/1.1
  bad_target,
  bad_header,
  bad_host,
  headers_too_large,
  bad_content_length,
  bad_transfer_encoding,
  bad_chunk,
  body_too_large,
  too_many_parameters,
  bad_handshake,
  unsupported_websocket_version,
  bad_frame,
  bad_text,
  message_too_large,
  bad_address,
  port_in_use,
  no_permission,
  listen_failed,
  bad_certificate,
  poll_failed,
  bad_inherited_socket,
  cannot_start,
  bad_client_bundle,
  bad_compression,
};

std::error_code make_error_code(TransportError error) noexcept;

/// The status of the answer to a request that this layer refused before anybody else saw it; the
/// connection is closed after it. 500 for what is not the peer's doing.
unsigned http_status(TransportError error) noexcept;
/// The same for an error of any layer; 400 when it is none of ours.
unsigned http_status(const Error& error) noexcept;

/// The WebSocket close code (RFC 6455, section 7.4.1) for a refused frame: 1002, 1007 or 1009.
std::uint16_t close_code(TransportError error) noexcept;

}  // namespace quickclinic::transport

template <>
struct std::is_error_code_enum<quickclinic::transport::TransportError> : std::true_type {};
