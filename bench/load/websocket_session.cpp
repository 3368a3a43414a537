#include "load/websocket_session.hpp"

#include "load/failure.hpp"
#include "load/http_response.hpp"
#include "load/websocket_frame.hpp"

#include <utility>

namespace quickclinic::load {

namespace {

// The pair of RFC 6455 section 1.3. The key guards against caches, of which there are none here.
constexpr std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

constexpr std::size_t message_bytes_max =
    8 << 20;  // in fragments: a server that never ends one is broken

std::string make_frame(Opcode opcode, std::string_view payload) {
  std::string frame;
  append_client_frame(frame, opcode, payload);
  return frame;
}

}  // namespace

void WebSocketSession::start() { stream_.connect(target_.address); }

void WebSocketSession::send(const Outgoing& outgoing) { stream_.send(outgoing.frame); }

void WebSocketSession::send_message(std::string_view packet) {
  stream_.send(make_frame(Opcode::text, packet));
}

void WebSocketSession::leave() {
  leaving_ = true;
  constexpr std::string_view normal_closure("\x03\xe8", 2);
  stream_.send(make_frame(Opcode::text, "41") + make_frame(Opcode::close, normal_closure));
}

void WebSocketSession::connected(Stream& stream) {
  std::string request = request_head("GET", "&transport=websocket");
  request +=
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: "
      "13\r\nSec-WebSocket-Key: ";
  stream.send(request.append(key).append("\r\n\r\n"));
}

std::size_t WebSocketSession::received(Stream&, std::string_view bytes) {
  std::size_t taken = 0;
  if (!upgraded_) {
    taken = take_upgrade(bytes);
    if (!upgraded_) {
      return 0;
    }
  }
  while (stream_.open()) {
    const std::size_t size = take_frame(bytes.substr(taken));
    if (size == 0) {
      break;
    }
    taken += size;
  }
  return taken;
}

std::size_t WebSocketSession::take_upgrade(std::string_view bytes) {
  const ResponseScan response = scan_response(bytes);
  if (response.state == ResponseScan::State::partial) {
    return 0;
  }
  if (response.status != 101 || field(response.head, "sec-websocket-accept") != accept) {
    throw Failure("the server refused the WebSocket handshake with status " +
                  std::to_string(response.status));
  }
  upgraded_ = true;
  return response.size;
}

std::size_t WebSocketSession::take_frame(std::string_view bytes) {
  const FrameScan frame = scan_server_frame(bytes);
  if (frame.state == FrameScan::State::partial) {
    return 0;
  }
  if (frame.state == FrameScan::State::bad) {
    throw Failure("the server sent a WebSocket frame that no server may send");
  }
  switch (frame.opcode) {
    case Opcode::text:
    case Opcode::continuation:
      if (frame.final && fragments_.empty()) {
        take(frame.payload);
        break;
      }
      fragments_ += frame.payload;
      if (fragments_.size() > message_bytes_max) {
        throw Failure("the server sent a message longer than the generator takes");
      }
      if (frame.final) {
        const std::string message = std::exchange(fragments_, {});
        take(message);
      }
      break;
    case Opcode::ping:
      stream_.send(make_frame(Opcode::pong, frame.payload));
      break;
    case Opcode::close:
      stream_.close();
      end("the server closed the WebSocket");
      break;
    case Opcode::binary:
    case Opcode::pong:
      break;
  }
  return frame.size;
}

void WebSocketSession::ended(Stream& stream) {
  stream.close();
  end("the server closed the connection");
}

}  // namespace quickclinic::load
