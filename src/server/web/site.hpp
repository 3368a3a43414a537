#pragma once

#include "server/web/pack.hpp"
#include "transport/http_request.hpp"
#include "transport/http_response.hpp"

#include <optional>
#include <utility>

namespace quickclinic::web {

/// Answers requests for the files of the web front end, out of memory. Its answers borrow from the
/// pack. Never changed: any thread may ask.
class Site {
 public:
  explicit Site(Pack pack) : pack_(std::move(pack)) {}

  /// The answer to a GET or HEAD of any path: the file in the coding that the client likes best,
  /// 304 when it has that, the page for what is not there (404), or the way to a page whose address
  /// was given a slash too many (308). Other methods get 405 where there is a file, else nothing.
  /// `over_tls`: the client's side of the connection is encrypted.
  std::optional<transport::HttpResponse> answer(const transport::HttpRequest& request,
                                                bool over_tls) const;

 private:
  Pack pack_;
};

/// What is built into this program: bytes for `Pack::read`, or none when it was built without the
/// front end.
std::string_view built_in_pack() noexcept;

}  // namespace quickclinic::web
