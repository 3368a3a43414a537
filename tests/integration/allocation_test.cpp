// Every allocation of a shard fails once. Whatever it was for may be lost, and nothing else.
#include "tests/integration/echo_server.hpp"
#include "tests/support/polling_client.hpp"
#include "tests/support/socketio_client.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <future>
#include <new>

namespace {

// Of this thread: how many allocations until one fails; 0: none does.
thread_local std::size_t until_failure = 0;

void* allocate(std::size_t bytes, std::size_t alignment) {
  if (until_failure > 0 && --until_failure == 0) throw std::bad_alloc();
  const std::size_t rounded = (bytes + alignment - 1) / alignment * alignment;
  void* const memory = std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t bytes) { return allocate(bytes, __STDCPP_DEFAULT_NEW_ALIGNMENT__); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return allocate(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace quickclinic::testing {
namespace {

// Far more than any of the visits below takes.
constexpr std::size_t allocations_max = 5000;

constexpr std::string_view handshake = "/socket.io/?EIO=4&transport=polling";

class FailingAllocation : public ::testing::Test {
 protected:
  // Runs `task` on the only shard's thread and waits for it.
  void on_shard(const std::function<void()>& task) {
    std::promise<void> done;
    echo.server().shard(0).post([&] {
      task();
      done.set_value();
    });
    done.get_future().wait();
  }

  // Lets `visit` come by with the first allocation failing, then the second, until it meets none
  // that fails. A visit may end in any way, as long as it ends: a server that neither answers nor
  // closes throws "the server says nothing".
  void fail_each(const std::function<void()>& visit) {
    SocketIoClient bystander(echo.port());
    for (std::size_t nth = 1; nth < allocations_max; ++nth) {
      on_shard([nth] { until_failure = nth; });
      ASSERT_NO_THROW(visit()) << "allocation " << nth;
      bool met = false;
      on_shard([&met] { met = std::exchange(until_failure, 0) == 0; });

      ASSERT_EQ(bystander.call("ask", "1"), "[1]") << "allocation " << nth;
      ASSERT_TRUE(echo.comes_to_have_sessions(1)) << "allocation " << nth;
      if (!met) {
        EXPECT_GT(nth, 10U);
        EXPECT_GT(echo.server().shard(0).failure_count(), 0U);
        return;
      }
    }
    FAIL() << "there is no end to the allocations";
  }

  EchoServer echo{1};
};

TEST_F(FailingAllocation, LosesNobodyButAVisitorByPolling) {
  fail_each([this] {
    HttpClient client(echo.port());
    const HttpAnswer opened = client.request("GET", handshake);
    if (opened.status != 200) return;
    const std::string target = std::string(handshake) + "&sid=" + session_of(opened.body);
    const auto post = [&](std::string_view body) {
      HttpClient another(echo.port());
      another.request("POST", target, body);
    };
    post("40");
    post(R"(42["echo","a"])");
    HttpClient(echo.port()).request("GET", target);
    post(R"(42["join","room"])");
    post("1");
    post("1");  // where the first goodbye has been lost
  });
}

TEST_F(FailingAllocation, LosesNobodyButAVisitorByWebSocket) {
  fail_each([this] {
    HttpClient http(echo.port());
    http.send("GET", WebSocketClient::open_target, {},
              "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    LoopbackSocket& socket = http.socket();
    if (http.receive().status != 101) return;
    for (const char* packet : {"40", R"(42["join","room"])", R"(42["tell","room","hello"])",
                               R"(421["ask",[1,{"a":"b"}]])", R"(42["echo","c"])"}) {
      socket.write(transport::encode({.payload = packet}));
    }
    // In two pieces, so that the first has to be kept.
    const std::string large = transport::encode({.payload = std::string(300, '4')});
    socket.write(large.substr(0, 200));
    socket.write(large.substr(200));
    socket.write(transport::encode({.opcode = transport::Opcode::close}));
    socket.read_to_end();
  });
}

TEST_F(FailingAllocation, LosesNobodyButAVisitorThatUpgrades) {
  fail_each([this] {
    const HttpAnswer opened = HttpClient(echo.port()).request("GET", handshake);
    if (opened.status != 200) return;
    const std::string sid = "&sid=" + session_of(opened.body);
    const std::string target = std::string(handshake) + sid;
    HttpClient http(echo.port());
    http.send("GET", std::string(WebSocketClient::open_target) + sid, {},
              "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    if (http.receive().status == 101) {
      for (const char* packet : {"2probe", "5", "40", R"(42["echo",1])"}) {
        http.socket().write(transport::encode({.payload = packet}));
      }
      http.socket().write(transport::encode({.opcode = transport::Opcode::close}));
      http.socket().read_to_end();
    }
    HttpClient(echo.port()).request("POST", target, "1");
    HttpClient(echo.port()).request("POST", target, "1");
    HttpClient(echo.port()).request("GET", target);
  });
}

}  // namespace
}  // namespace quickclinic::testing
