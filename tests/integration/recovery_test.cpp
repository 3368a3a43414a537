#include "json/json.hpp"
#include "tests/integration/echo_server.hpp"
#include "tests/support/socketio_client.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <thread>
#include <vector>

namespace quickclinic::testing {
namespace {

class Recovery : public ::testing::TestWithParam<unsigned> {
 protected:
  EchoServer echo{GetParam(), [](transport::Options& options) {
                    options.socket.recovery.disconnection_max = std::chrono::minutes(2);
                  }};
};
INSTANTIATE_TEST_SUITE_P(Shards, Recovery, ::testing::Values(1U, 4U));

// A client that loses its connection again and again, and what it has received over all of them.
class Roamer {
 public:
  explicit Roamer(std::uint16_t port)
      : port_(port), client_(std::make_unique<SocketIoClient>(port)) {
    session_ = std::string(
        json::view(json::parse(client_->welcome().substr(2)).value().at("pid").as_string()));
    id_ = client_->sid();
    client_->call("join", "\"ward\"");
  }

  // Takes the next number that a speaker has told. False when it is not the one expected.
  bool read() {
    const std::string packet = client_->next();
    if (!packet.starts_with('2')) return false;
    const json::Value told = json::parse(packet.substr(1)).value();
    const json::Array& event = told.as_array();
    offset_ = std::string(json::view(event.back().as_string()));
    return event.at(2).as_int64() == expected_[std::string(json::view(event.at(1).as_string()))]++;
  }
  // Goes without a word, and is back before the server can have noticed.
  bool changes_networks() {
    json::Object auth{{"pid", session_}, {"offset", offset_}};
    old_ = std::move(client_);
    client_ = std::make_unique<SocketIoClient>(port_, json::to_text(auth));
    return client_->sid() != old_->sid() && client_->welcome().contains(session_);
  }
  void hangs_up() { client_.reset(); }
  bool comes_back() {
    json::Object auth{{"pid", session_}, {"offset", offset_}};
    client_ = std::make_unique<SocketIoClient>(port_, json::to_text(auth));
    return client_->welcome().contains(session_);
  }
  int received() const {
    int sum = 0;
    for (const auto& [speaker, count] : expected_) sum += count;
    return sum;
  }

 private:
  std::uint16_t port_;
  std::unique_ptr<SocketIoClient> client_;
  std::unique_ptr<SocketIoClient> old_;
  std::string session_;
  std::string id_;
  std::string offset_;
  std::map<std::string, int> expected_;
};

TEST_P(Recovery, LosesNothingAndRepeatsNothingOverManyConnections) {
  constexpr int speakers = 3;
  constexpr int each = 400;
  std::mt19937 random(20261123);
  Roamer roamer(echo.port());
  std::vector<std::jthread> threads;
  for (int speaker = 0; speaker < speakers; ++speaker) {
    threads.emplace_back([&, speaker] {
      SocketIoClient client(echo.port());
      const std::string name = "\"ward\",\"" + std::to_string(speaker) + "\",";
      for (int i = 0; i < each; ++i) client.call("tell", name + std::to_string(i));
    });
  }

  while (roamer.received() < speakers * each) {
    const unsigned some = random() % 40;
    for (unsigned i = 0; i < some && roamer.received() < speakers * each; ++i)
      ASSERT_TRUE(roamer.read()) << roamer.received();
    if (random() % 2 == 0) {
      ASSERT_TRUE(roamer.changes_networks()) << roamer.received();
    } else {
      roamer.hangs_up();
      ASSERT_TRUE(roamer.comes_back()) << roamer.received();
    }
  }
}

}  // namespace
}  // namespace quickclinic::testing
