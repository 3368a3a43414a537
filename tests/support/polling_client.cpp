#include "tests/support/polling_client.hpp"

#include "json/fields.hpp"

#include <stdexcept>

namespace quickclinic::testing {

std::string session_of(std::string_view open_packet) {
  const auto packet = json::parse(open_packet.substr(1));
  return std::string(json::Fields::of(packet.value()).value().required_text("sid").value());
}

PollingClient::PollingClient(std::uint16_t port)
    : gets_(port),
      posts_(port),
      sid_(session_of(gets_.request("GET", "/socket.io/?EIO=4&transport=polling").body)) {}

std::string PollingClient::target(std::string_view transport) const {
  return "/socket.io/?EIO=4&transport=" + std::string(transport) + "&sid=" + sid_;
}

void PollingClient::join() {
  const HttpAnswer posted = post("40");
  const HttpAnswer polled = poll();
  if (posted.body != "ok" || !polled.body.starts_with("40{")) {
    throw std::runtime_error("not joined: " + posted.body + ", " + polled.body);
  }
}

}  // namespace quickclinic::testing
