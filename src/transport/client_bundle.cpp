#include "transport/client_bundle.hpp"

#include "base/digest.hpp"
#include "transport/entity_tag.hpp"
#include "transport/transport_error.hpp"

#include <system_error>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

namespace quickclinic::transport {
namespace {

constexpr std::array<std::string_view, 8> file_names = {"socket.io.js",
                                                        "socket.io.js.map",
                                                        "socket.io.min.js",
                                                        "socket.io.min.js.map",
                                                        "socket.io.esm.min.js",
                                                        "socket.io.esm.min.js.map",
                                                        "socket.io.msgpack.min.js",
                                                        "socket.io.msgpack.min.js.map"};
constexpr std::size_t tag_digits = 32;  // 128 bits of the digest

Result<std::string> read_file(const std::filesystem::path& path) {
  std::string content;
  std::ifstream file(path, std::ios::binary);
  std::array<char, 65536> buffer;
  while (file.read(buffer.data(), buffer.size()) || file.gcount() > 0) {
    content.append(buffer.data(), static_cast<std::size_t>(file.gcount()));
    if (content.size() > ClientBundle::file_bytes_max) {
      return fail(TransportError::bad_client_bundle, path.string() + " is too large for a client");
    }
  }
  if (!file.eof()) return fail(TransportError::bad_client_bundle, "cannot read " + path.string());
  return content;
}

HttpResponse plain_response(std::string_view name, const std::string& tag, std::string content) {
  const char* type = name.ends_with(".map") ? "application/json; charset=utf-8"
                                            : "application/javascript; charset=utf-8";
  return {.status = 200,
          .headers = {{"Content-Type", type},
                      {"Cache-Control", "public, max-age=0"},  // to be asked for, and then 304
                      {"ETag", tag},
                      {"X-Content-Type-Options", "nosniff"}},
          .body = std::move(content)};
}

}  // namespace

Result<std::shared_ptr<const ClientBundle>> ClientBundle::load(const std::string& folder,
                                                               const HttpCompression& compression) {
  auto bundle = std::make_shared<ClientBundle>();
  HttpCompressor compressor(compression);
  for (const std::string_view name : file_names) {
    const std::filesystem::path path = std::filesystem::path(folder) / name;
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) continue;
    Result<std::string> content = read_file(path);
    if (!content) return std::unexpected(content.error());
    File file{std::string(name), "\"" + sha256_hex(*content).substr(0, tag_digits) + "\"", {}};
    for (const auto coding :
         {ContentCoding::identity, ContentCoding::deflate, ContentCoding::gzip}) {
      HttpResponse& response = file.responses[static_cast<std::size_t>(coding)];
      response = plain_response(name, file.tag, *content);
      compressor.compress(response, coding);
    }
    bundle->files_.push_back(std::move(file));
  }
  if (bundle->files_.empty()) {
    return fail(TransportError::bad_client_bundle,
                "there is no client bundle (socket.io.js, …) in " + folder);
  }
  return bundle;
}

std::optional<HttpResponse> ClientBundle::answer(std::string_view name,
                                                 const HttpRequest& request) const {
  const auto file = std::ranges::find(files_, name, &File::name);
  if (file == files_.end()) return std::nullopt;
  if (request.method != "GET" && request.method != "HEAD") {
    return HttpResponse{.status = 405, .headers = {{"Allow", "GET, HEAD"}}, .body = {}};
  }
  const ContentCoding coding = preferred_coding(request.headers);
  HttpResponse response = file->responses[static_cast<std::size_t>(coding)];
  if (names_tag(request.header("If-None-Match").value_or(""), file->tag)) {
    response.status = 304;
    response.body.clear();
  }
  return response;
}

}  // namespace quickclinic::transport
