#include "tests/integration/echo_server.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <thread>

namespace quickclinic::testing {
namespace {

using std::chrono::milliseconds;

class SlowDownload : public ::testing::Test {
 protected:
  // More than the kernel keeps on both sides.
  static constexpr std::size_t body_bytes = std::size_t{24} * 1024 * 1024;

  SlowDownload() {
    echo.server().shard(0).post([this] {
      echo.server().shard(0).set_http_handler(
          [this](const transport::Visit& visit, const transport::Responder& respond) {
            respond({.status = 200,
                     .headers = {},
                     .body = {},
                     .lasting_body = visit.request.path == "/file" ? std::string_view(file) : ""});
          });
    });
    HttpClient(echo.port()).request("GET", "/");  // behind the change
  }

  const std::string file = std::string(body_bytes, 'x');
  EchoServer echo{1, [](transport::Options& options) {
                    options.patience.idle = milliseconds(150);
                    options.patience.farewell = milliseconds(50);
                  }};
};

TEST_F(SlowDownload, LastsAsLongAsItIsRead) {
  for (const std::string headers : {"", "Connection: close\r\n"}) {
    HttpClient client(echo.port(), {.receive_buffer_bytes = 64 * 1024});
    client.send("GET", "/file", {}, headers);

    std::size_t received = 0;
    for (int i = 0; received < body_bytes; ++i) {
      const std::string some = client.socket().read_some();
      if (some.empty()) break;
      received += some.size();
      // Slow in the beginning, for longer than either of the two times.
      if (i < 40) std::this_thread::sleep_for(milliseconds(15));
    }

    EXPECT_GE(received, body_bytes) << headers;
  }
}

TEST_F(SlowDownload, IsCutOffWhenItIsNotRead) {
  LoopbackSocket client(echo.port(), {.receive_buffer_bytes = 64 * 1024});
  client.write(HttpClient::format("GET", "/file"));

  std::this_thread::sleep_for(milliseconds(600));
  EXPECT_LT(client.read_to_end().size(), body_bytes);
}

}  // namespace
}  // namespace quickclinic::testing
