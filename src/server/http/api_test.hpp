#pragma once

#include "server/test_clinic.hpp"
#include "tests/support/http_client.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace quickclinic::server::test {

/// For tests of the HTTP API: a clinic, asked over one connection.
class Api : public ::testing::Test {
 protected:
  explicit Api(unsigned shards = 1, const Clinic::Adjust& adjust = {},
               const web::Site* site = nullptr)
      : clinic(shards, adjust, site) {}

  testing::HttpAnswer get(std::string_view path, std::string_view headers = {}) {
    return client_.request("GET", path, {}, headers);
  }
  /// A body that is declared as JSON.
  testing::HttpAnswer post(std::string_view path, std::string_view body,
                           std::string_view headers = {}) {
    return client_.request("POST", path, body,
                           "Content-Type: application/json\r\n" + std::string(headers));
  }
  testing::HttpAnswer request(std::string_view method, std::string_view path,
                              std::string_view body = {}, std::string_view headers = {}) {
    return client_.request(method, path, body, headers);
  }
  std::string bearer(const chat::User& user) const {
    return "Authorization: Bearer " + clinic.token(user) + "\r\n";
  }
  std::string cookie(const chat::User& user) const {
    return "Cookie: token=" + clinic.token(user) + "\r\n";
  }
  static std::string error(std::string_view message) {
    return "{\"error\":\"" + std::string(message) + "\"}";
  }
  static void expect(const testing::HttpAnswer& answer, unsigned status, std::string_view body) {
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_EQ(answer.body, body);
  }
  /// The value of a text field, the first of that name.
  static std::string field(std::string_view json, std::string_view name) {
    const std::string begin = "\"" + std::string(name) + "\":\"";
    const std::size_t at = json.find(begin);
    if (at == std::string_view::npos) return {};
    const std::string_view rest = json.substr(at + begin.size());
    return std::string(rest.substr(0, rest.find('"')));
  }
  /// What the audit record holds of one action, an entry a line: who, in which relation, about
  /// what, how.
  std::string audited(chat::AuditAction action);

  Clinic clinic;

 private:
  testing::HttpClient client_{clinic.port()};
};

}  // namespace quickclinic::server::test
