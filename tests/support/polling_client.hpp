#pragma once

#include "tests/support/http_client.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace quickclinic::testing {

/// The `sid` of an open packet.
std::string session_of(std::string_view open_packet);

/// A session over HTTP long-polling: one connection for its GETs, one for its POSTs.
class PollingClient {
 public:
  /// Opens a session.
  explicit PollingClient(std::uint16_t port);

  const std::string& sid() const noexcept { return sid_; }
  /// `/socket.io/?…` of this session.
  std::string target(std::string_view transport = "polling") const;

  /// `headers` are whole lines, each with its CRLF.
  HttpAnswer poll(std::string_view headers = {}) {
    return gets_.request("GET", target(), {}, headers);
  }
  HttpAnswer post(std::string_view body) { return posts_.request("POST", target(), body); }

  /// Sends a GET, to be answered later.
  void begin_poll() { gets_.send("GET", target()); }
  HttpAnswer finish_poll() { return gets_.receive(); }

  /// Joins the default namespace.
  void join();

  HttpClient& gets() noexcept { return gets_; }
  HttpClient& posts() noexcept { return posts_; }

 private:
  HttpClient gets_;
  HttpClient posts_;
  std::string sid_;
};

}  // namespace quickclinic::testing
