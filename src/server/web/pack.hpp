#pragma once

#include "base/result.hpp"
#include "base/string_hash.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The web front end, served from inside the program.
namespace quickclinic::web {

/// The bytes of a file in one coding, and their strong entity tag, quotes included.
struct Body {
  std::string_view bytes;
  std::string tag;
};

/// A file of the front end.
struct File {
  std::string type;  ///< Content-Type
  /// Of a page: its Content-Security-Policy but for `connect-src`. Empty: not a page.
  std::string policy;
  Body identity;
  std::optional<Body> brotli;  ///< where that is smaller
  std::optional<Body> gzip;    ///< where that is smaller
  bool immutable = false;      ///< its name changes with its content

  bool is_page() const noexcept { return !policy.empty(); }
};

/// What `web/scripts/pack.mjs` has made of the exported front end, and which of its files a URL
/// means. Reads nothing but the bytes it was given, which it does not copy and which outlive it.
/// Never changed once it is read: any thread may ask.
class Pack {
 public:
  /// Fails with `Condition::internal` when the bytes are not a pack, or not a whole one.
  static Result<Pack> read(std::string_view bytes);

  /// The file that is meant by the path of a URL, still percent-encoded; null when there is none.
  ///
  /// A page answers to its name with and without `.html`. Where a page is exported for the
  /// placeholder `_` (`/doctor/chat/_.html`), any other segment in its place means it too, and the
  /// same holds for what belongs to the page: `/doctor/chat/c1.txt`, `/doctor/chat/c1/__next…`.
  /// A path means nothing that holds NUL, a backslash, an encoded slash or bytes that are not
  /// UTF-8, or `.` or `..` in the place of a placeholder.
  const File* find(std::string_view path) const;

  /// The page for paths that mean nothing.
  const File& not_found() const noexcept { return *not_found_; }

 private:
  const File* find_decoded(std::string_view path) const;
  const File* find_by_name(std::string_view path) const;

  StringMap<File> files_;
  std::vector<std::string> placeholders_;  // `/doctor/chat/`: what follows is any segment
  const File* not_found_ = nullptr;
};

}  // namespace quickclinic::web
