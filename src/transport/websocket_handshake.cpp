#include "transport/websocket_handshake.hpp"

#include "base/base64.hpp"
#include "transport/transport_error.hpp"

#include <openssl/evp.h>

#include <array>

namespace quickclinic::transport {
namespace {

constexpr std::size_t key_bytes = 16;

// The one field of that name; empty when there is none or more than one.
std::string_view only(const HttpRequest& request, std::string_view name) {
  return request.headers.count(name) == 1 ? request.header(name).value_or("") : "";
}

}  // namespace

bool is_websocket_request(const HttpRequest& request) noexcept {
  return request.upgrade_requested && request.headers.has_token("Upgrade", "websocket");
}

std::string websocket_accept_value(std::string_view key) {
  std::string text(key);
  text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455, section 1.3
  std::array<char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(digest.data()), &size,
             EVP_sha1(), nullptr);
  return base64_encode({digest.data(), size});
}

Result<std::string> accept_websocket(const HttpRequest& request) {
  if (request.method != "GET" || request.version < 11 || !is_websocket_request(request)) {
    return fail(TransportError::bad_handshake, "not a WebSocket request");
  }
  if (!request.body.empty()) return fail(TransportError::bad_handshake, "has a body");
  if (only(request, "Sec-WebSocket-Version") != "13") {
    return fail(TransportError::unsupported_websocket_version);
  }
  const std::string_view key = only(request, "Sec-WebSocket-Key");
  const auto nonce = base64_decode(key);
  if (!nonce || nonce->size() != key_bytes) return fail(TransportError::bad_handshake, "bad key");
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: " +
         websocket_accept_value(key) + "\r\n\r\n";
}

HttpResponse refuse_websocket(const Error& error) {
  HttpResponse response;
  response.status = http_status(error);
  response.close = true;
  response.headers.emplace_back("Content-Type", "text/plain");
  if (response.status == 426) {
    response.headers.emplace_back("Upgrade", "websocket");
    response.headers.emplace_back("Sec-WebSocket-Version", "13");
  }
  response.body = error.code.message();
  return response;
}

}  // namespace quickclinic::transport
