#include "socketio/handshake.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>

namespace quickclinic::socketio {
namespace {

SessionInfo session() {
  SessionInfo info;
  info.headers = {{"host", "clinic.example"},
                  {"cookie", "a=1"},
                  {"cookie", "b=2"},
                  {"accept", "text/html"},
                  {"accept", "*/*"}};
  info.query = {{"EIO", "4"}, {"token", "a&b"}};
  info.url = "/socket.io/?EIO=4&token=a%26b";
  info.address = "127.0.0.1";
  info.issued = std::chrono::sys_days(std::chrono::year(2026) / 1 / 2) +
                std::chrono::milliseconds(11'045'678);
  return info;
}

Handshake handshake(SessionInfo info) {
  return {.session = std::make_shared<SessionInfo>(std::move(info)),
          .auth = json::Object{{"name", "Asha"}}};
}

TEST(HandshakeAsJson, HasTheFieldsOfNodesOwn) {
  EXPECT_EQ(json::to_text(to_json(handshake(session()))),
            R"({"headers":{"host":"clinic.example","cookie":"a=1; b=2","accept":"text/html, */*"},)"
            R"-("time":"Fri Jan 02 2026 03:04:05 GMT+0000 (Coordinated Universal Time)",)-"
            R"("address":"127.0.0.1","xdomain":false,"secure":false,"issued":1767323045678,)"
            R"("url":"/socket.io/?EIO=4&token=a%26b","query":{"EIO":"4","token":"a&b"},)"
            R"("auth":{"name":"Asha"}})");
}

TEST(HandshakeAsJson, SaysWhetherAPageOfAnotherOriginCameOverTls) {
  SessionInfo info = session();
  info.headers.emplace_back("origin", "https://elsewhere.example");
  info.secure = true;

  const json::Object written = to_json(handshake(std::move(info)));

  EXPECT_TRUE(written.at("xdomain").as_bool());
  EXPECT_TRUE(written.at("secure").as_bool());
}

}  // namespace
}  // namespace quickclinic::socketio
