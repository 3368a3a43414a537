#include "tests/integration/echo_server.hpp"
#include "tests/support/socketio_client.hpp"
#include "transport/deflater.hpp"
#include "transport/inflater.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace quickclinic::testing {
namespace {

using transport::Inflater;

constexpr std::string_view offer =
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";

// An `echo` of `bytes` bytes of text.
std::string echo_of(std::size_t bytes) {
  return "42[\"echo\",\"" + std::string(bytes, 'x') + "\"]";
}

std::string deflated(std::string_view text) {
  transport::Deflater deflater({});
  std::string out;
  deflater.compress_onward(text, out);
  return out.substr(0, out.size() - 4);
}

// A client that has agreed upon compression, and has joined.
struct CompressingClient {
  CompressingClient(std::uint16_t port, Inflater::Context server_context)
      : socket(port, WebSocketClient::open_target, {}, offer), context(server_context) {
    socket.receive_text();
    socket.send("40");
    socket.receive_text();
  }
  void send(std::string_view text) {
    const std::string payload = deflated(text);
    socket.send_frame({.payload = payload, .reserved = 4});
  }
  // The next message, which has to be compressed.
  std::string receive() {
    const ServerFrame frame = socket.receive();
    std::string text;
    if (!frame.compressed) return "not compressed: " + frame.payload;
    const auto outcome = inflater.inflate_message(frame.payload, context, 1'000'000, text);
    return outcome == Inflater::Outcome::done ? text : "corrupt";
  }

  WebSocketClient socket;
  Inflater inflater{15};
  Inflater::Context context;
};

void compress(transport::Options& options) { options.websocket_compression.enabled = true; }

std::string handshake_answer(std::uint16_t port, std::string_view headers) {
  HttpClient client(port);
  const HttpAnswer answer =
      client.request("GET", WebSocketClient::open_target, {},
                     "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                         std::string(headers));
  if (answer.status != 101) return std::to_string(answer.status);
  const auto found = answer.headers.find("sec-websocket-extensions");
  return found == answer.headers.end() ? "none" : found->second;
}

TEST(WebSocketCompressionHandshake, AgreesOnlyWhenItIsOn) {
  EchoServer off(1);
  EchoServer on(1, compress);

  EXPECT_EQ(handshake_answer(off.port(), offer), "none");
  EXPECT_EQ(handshake_answer(on.port(), offer),
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
  EXPECT_EQ(handshake_answer(on.port(), {}), "none");
  EXPECT_EQ(handshake_answer(on.port(), "Sec-WebSocket-Extensions: permessage-deflate;\r\n"),
            "400");
}

TEST(WebSocketCompressionOff, RefusesACompressedMessage) {
  EchoServer echo(1);
  WebSocketClient client(echo.port(), WebSocketClient::open_target, {}, offer);

  client.send_frame({.payload = deflated("40"), .reserved = 4});

  EXPECT_EQ(client.receive_close(), 1002);
}

class WebSocketCompressed : public ::testing::TestWithParam<bool> {
 protected:
  EchoServer echo{2, [](transport::Options& options) {
                    compress(options);
                    options.websocket_compression.keep_server_context = GetParam();
                    options.websocket_compression.keep_client_context = GetParam();
                  }};
  Inflater::Context context = GetParam() ? Inflater::Context::kept : Inflater::Context::forgotten;
};
INSTANTIATE_TEST_SUITE_P(Contexts, WebSocketCompressed, ::testing::Bool());

TEST_P(WebSocketCompressed, CarriesMessagesBothWays) {
  CompressingClient client(echo.port(), context);

  for (int i = 0; i < 3; ++i) {
    client.send(echo_of(5000));
    EXPECT_EQ(client.receive(), echo_of(5000));
  }
}

TEST_P(WebSocketCompressed, LeavesSmallMessagesAlone) {
  CompressingClient client(echo.port(), context);

  client.send(echo_of(1000));
  EXPECT_EQ(client.socket.receive_text(), echo_of(1000));
  client.send(echo_of(1024));
  EXPECT_EQ(client.receive(), echo_of(1024));
}

TEST_P(WebSocketCompressed, ReachesEverybodyInABroadcast) {
  std::vector<std::unique_ptr<CompressingClient>> clients;
  for (int i = 0; i < 6; ++i) {
    clients.push_back(std::make_unique<CompressingClient>(echo.port(), context));
  }
  SocketIoClient plain(echo.port());
  const std::string text(3000, 'y');

  plain.call("shout", "\"" + text + "\"");

  for (const auto& client : clients)
    EXPECT_EQ(client->receive(), "42[\"shouted\",\"" + text + "\"]");
  EXPECT_EQ(plain.heard().at(0), "2[\"shouted\",\"" + text + "\"]");
}

TEST_P(WebSocketCompressed, EndsAConnectionThatSendsABomb) {
  CompressingClient bomber(echo.port(), context);
  CompressingClient other(echo.port(), context);

  bomber.send(echo_of(50'000'000));

  EXPECT_EQ(bomber.socket.receive_close(), 1009);
  other.send(echo_of(2000));
  EXPECT_EQ(other.receive(), echo_of(2000));
}

TEST_P(WebSocketCompressed, EndsAConnectionThatSendsRubbish) {
  CompressingClient client(echo.port(), context);

  client.socket.send_frame({.payload = "rubbish", .reserved = 4});

  EXPECT_EQ(client.socket.receive_close(), 1007);
}

}  // namespace
}  // namespace quickclinic::testing
