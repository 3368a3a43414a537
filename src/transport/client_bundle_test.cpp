#include "transport/client_bundle.hpp"

#include "transport/test_inflate.hpp"
#include "transport/transport_error.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace quickclinic::transport {
namespace {

class ClientBundleFiles : public testing::Test {
 protected:
  ClientBundleFiles() {
    std::string name = (std::filesystem::temp_directory_path() / "quickclinic-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    write("socket.io.min.js", script);
    write("socket.io.min.js.map", "{}");
    write("secret.txt", "secret");
  }
  ~ClientBundleFiles() override { std::filesystem::remove_all(folder); }

  void write(const char* name, std::string_view content) const {
    std::ofstream(folder / name, std::ios::binary) << content;
  }
  std::optional<HttpResponse> get(std::string_view name, const Headers& headers = {}) const {
    HttpRequest request;
    request.method = "GET";
    request.headers = headers;
    return ClientBundle::load(folder.string()).value()->answer(name, request);
  }

  const std::string script = "let a = '" + std::string(3000, 'x') + "';";
  std::filesystem::path folder;
};

std::string header(const HttpResponse& response, std::string_view name) {
  const auto found =
      std::ranges::find(response.headers, name, [](const auto& h) { return h.first; });
  return found == response.headers.end() ? "" : found->second;
}

Headers one_header(std::string_view name, std::string_view value) {
  Headers headers;
  headers.add(name, value);
  return headers;
}

TEST_F(ClientBundleFiles, AreServedWithTypeAndTag) {
  const auto source = get("socket.io.min.js").value();
  const auto map = get("socket.io.min.js.map").value();

  EXPECT_EQ(source.status, 200U);
  EXPECT_EQ(source.body, script);
  EXPECT_EQ(header(source, "Content-Type"), "application/javascript; charset=utf-8");
  EXPECT_EQ(header(source, "Cache-Control"), "public, max-age=0");
  EXPECT_EQ(header(source, "ETag").size(), 34U);
  EXPECT_EQ(header(source, "ETag").front(), '"');
  EXPECT_EQ(map.body, "{}");
  EXPECT_EQ(header(map, "Content-Type"), "application/json; charset=utf-8");
  EXPECT_NE(header(map, "ETag"), header(source, "ETag"));
}

TEST_F(ClientBundleFiles, AreServedCompressed) {
  const auto gzipped = get("socket.io.min.js", one_header("Accept-Encoding", "gzip")).value();
  const auto deflated = get("socket.io.min.js", one_header("Accept-Encoding", "deflate")).value();

  EXPECT_EQ(header(gzipped, "Content-Encoding"), "gzip");
  EXPECT_EQ(inflate_body(gzipped.body), script);
  EXPECT_EQ(header(deflated, "Content-Encoding"), "deflate");
  EXPECT_EQ(inflate_body(deflated.body), script);
}

TEST_F(ClientBundleFiles, AreNotSentToWhoHasThem) {
  const auto first = get("socket.io.min.js").value();
  const std::string tag = header(first, "ETag");

  for (const std::string& known : {tag, "W/" + tag, "\"other\", " + tag, std::string("*")}) {
    const auto again = get("socket.io.min.js", one_header("If-None-Match", known)).value();
    EXPECT_EQ(again.status, 304U) << known;
    EXPECT_EQ(again.body, "") << known;
    EXPECT_EQ(header(again, "ETag"), tag) << known;
  }
  EXPECT_EQ(get("socket.io.min.js", one_header("If-None-Match", "\"other\"")).value().status, 200U);
}

TEST_F(ClientBundleFiles, AreTheOnlyOnes) {
  for (const char* name :
       {"", "secret.txt", "socket.io.js", "socket.io.esm.min.js", "../socket.io.min.js",
        "./socket.io.min.js", "socket.io.min.js/", "SOCKET.IO.MIN.JS", "socket.io.min%2ejs"}) {
    EXPECT_FALSE(get(name)) << name;
  }
}

TEST_F(ClientBundleFiles, AreReadOnly) {
  HttpRequest request;
  request.method = "POST";

  const auto response =
      ClientBundle::load(folder.string()).value()->answer("socket.io.min.js", request);

  EXPECT_EQ(response.value().status, 405U);
  EXPECT_EQ(header(*response, "Allow"), "GET, HEAD");
}

TEST_F(ClientBundleFiles, AreReadOnce) {
  const auto bundle = ClientBundle::load(folder.string()).value();
  HttpRequest request;
  request.method = "GET";

  std::filesystem::remove(folder / "socket.io.min.js");

  EXPECT_EQ(bundle->answer("socket.io.min.js", request).value().body, script);
}

TEST_F(ClientBundleFiles, MustBeThere) {
  const auto bundle = ClientBundle::load((folder / "nowhere").string());

  ASSERT_FALSE(bundle);
  EXPECT_EQ(bundle.error().code, make_error_code(TransportError::bad_client_bundle));
}

TEST_F(ClientBundleFiles, MayNotBeTooLarge) {
  write("socket.io.js", std::string(ClientBundle::file_bytes_max + 1, 'x'));

  const auto bundle = ClientBundle::load(folder.string());

  ASSERT_FALSE(bundle);
  EXPECT_EQ(bundle.error().context,
            (folder / "socket.io.js").string() + " is too large for a client");
}

}  // namespace
}  // namespace quickclinic::transport
