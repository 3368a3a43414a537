#include "transport/run.hpp"

#include "tests/support/polling_client.hpp"
#include "tests/support/socketio_client.hpp"
#include "transport/transport_error.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <future>
#include <thread>

namespace quickclinic::testing {
namespace {

// Serves on a thread of its own, which is then the one that waits for signals.
class Program {
 public:
  explicit Program(transport::Options options) {
    thread_ = std::thread([this, options = std::move(options)] {
      Result<> outcome = transport::serve_until_signal(
          options, [](transport::Shard& shard) { shard.io().of("/"); },
          [this](std::uint16_t port) { port_.set_value(port); });
      sigset_t pending;
      sigpending(&pending);
      unheard_ = sigismember(&pending, SIGTERM) == 1;
      outcome_.set_value(std::move(outcome));
    });
  }
  ~Program() { thread_.join(); }

  std::uint16_t port() { return port_.get_future().get(); }
  void signal(int number) { pthread_kill(thread_.native_handle(), number); }
  Result<> outcome() { return outcome_.get_future().get(); }
  /// After `outcome`: whether a SIGTERM has come that nobody waited for any more.
  bool has_unheard_signal() const { return unheard_; }

 private:
  std::promise<std::uint16_t> port_;
  std::promise<Result<>> outcome_;
  bool unheard_ = false;
  std::thread thread_;
};

transport::Options loopback(std::uint16_t port = 0) {
  transport::Options options;
  options.endpoint = {.host = "127.0.0.1", .port = port};
  options.shards = 2;
  return options;
}

class EitherSignal : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Signals, EitherSignal, ::testing::Values(SIGINT, SIGTERM));

TEST_P(EitherSignal, EndsTheServerAndTellsItsClients) {
  Program program(loopback());
  const std::uint16_t port = program.port();
  SocketIoClient websocket(port);
  PollingClient polling(port);
  polling.join();
  polling.begin_poll();

  program.signal(GetParam());

  EXPECT_EQ(websocket.websocket().receive_close(), 1000U);
  EXPECT_EQ(polling.finish_poll().body, "1");
  EXPECT_TRUE(program.outcome());
}

TEST(ServeUntilSignal, ASecondSignalEndsTheWaitForAClientThatIsAway) {
  Program program(loopback());
  const std::uint16_t port = program.port();
  PollingClient away(port);
  away.join();
  HttpClient witness(port);
  program.signal(SIGTERM);
  while (witness.request("GET", "/socket.io/?EIO=4&transport=polling").status == 200) {
  }

  program.signal(SIGTERM);

  EXPECT_TRUE(program.outcome());
  EXPECT_FALSE(program.has_unheard_signal());
}

TEST(ServeUntilSignal, SaysWhyItCannotListen) {
  Program first(loopback());
  const std::uint16_t port = first.port();

  Program second(loopback(port));

  EXPECT_EQ(second.outcome().error().code, make_error_code(transport::TransportError::port_in_use));
  first.signal(SIGTERM);
}

}  // namespace
}  // namespace quickclinic::testing
