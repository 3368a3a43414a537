#pragma once

#include "base/result.hpp"
#include "transport/http_compression.hpp"
#include "transport/http_request.hpp"
#include "transport/http_response.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::transport {

/// The official browser client, as the npm package `socket.io-client` brings it in its folder
/// `dist`: `socket.io.js`, `socket.io.min.js`, `socket.io.esm.min.js`, `socket.io.msgpack.min.js`,
/// and the `.map` of each. What Node calls `serveClient`.
///
/// Read and compressed once, by `load`, and never changed: any thread may answer from it. Its
/// memory is that of the files and their two compressed forms.
class ClientBundle {
 public:
  /// A file of the bundle is at most this large; the largest one, a map, has a quarter of it.
  static constexpr std::size_t file_bytes_max = std::size_t{4} * 1024 * 1024;

  /// Reads those of the files that are in `folder`. `bad_client_bundle`, with a sentence for the
  /// operator, when there is none of them, or one cannot be read or is too large.
  static Result<std::shared_ptr<const ClientBundle>> load(const std::string& folder,
                                                          const HttpCompression& compression = {});

  /// The answer to a GET or HEAD of the file `name`: the file, 304 to a client that has it, 405 to
  /// any other method. Nothing when the bundle has no such file; `name` is compared, never opened.
  std::optional<HttpResponse> answer(std::string_view name, const HttpRequest& request) const;

 private:
  struct File {
    std::string name;
    std::string tag;                        // of its content, in quotes
    std::array<HttpResponse, 3> responses;  // by ContentCoding
  };
  std::vector<File> files_;
};

}  // namespace quickclinic::transport
