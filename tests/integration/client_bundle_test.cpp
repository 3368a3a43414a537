#include "tests/integration/echo_server.hpp"
#include "tests/support/http_client.hpp"
#include "transport/test_inflate.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace quickclinic::testing {
namespace {

// The bundle of the npm package, where `npm ci` has been run.
class OfficialBundle : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no " << folder;
  }
  static std::string content(const std::string& name) {
    std::ifstream file(folder + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static void serve(transport::Options& options) {
    options.client_bundle = transport::ClientBundle::load(folder).value();
  }

  static inline const std::string folder = QUICKCLINIC_CLIENT_BUNDLE;
};

TEST_F(OfficialBundle, IsServedBelowThePath) {
  EchoServer echo(2, serve);
  HttpClient client(echo.port());

  for (const std::string kind : {"", ".min", ".esm.min", ".msgpack.min"}) {
    for (const std::string& name : {"socket.io" + kind + ".js", "socket.io" + kind + ".js.map"}) {
      const HttpAnswer plain = client.request("GET", "/socket.io/" + name);
      const HttpAnswer gzipped =
          client.request("GET", "/socket.io/" + name + "?v=1", {}, "Accept-Encoding: gzip\r\n");

      EXPECT_EQ(plain.status, 200U) << name;
      EXPECT_EQ(plain.body, content(name)) << name;
      EXPECT_EQ(transport::inflate_body(gzipped.body), content(name)) << name;
    }
  }
}

TEST_F(OfficialBundle, IsAnsweredByItsHeadAndByNotModified) {
  EchoServer echo(1, serve);
  HttpClient client(echo.port());

  client.send("HEAD", "/socket.io/socket.io.js");
  const std::string head = client.socket().read_some();
  const auto tag_at = head.find("ETag: ") + 6;
  const std::string tag = head.substr(tag_at, head.find("\r\n", tag_at) - tag_at);
  const HttpAnswer again =
      HttpClient(echo.port())
          .request("GET", "/socket.io/socket.io.js", {}, "If-None-Match: " + tag + "\r\n");

  EXPECT_TRUE(head.starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
  EXPECT_EQ(again.status, 304U);
  EXPECT_EQ(again.body, "");
}

TEST_F(OfficialBundle, LeavesOtherPathsToTheApplication) {
  EchoServer echo(1, serve);
  HttpClient client(echo.port());

  EXPECT_EQ(client.request("GET", "/socket.io/../package.json").body, "0");
  EXPECT_EQ(client.request("GET", "/socket.io.js").body, "0");
}

}  // namespace
}  // namespace quickclinic::testing
