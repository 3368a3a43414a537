#include "server/web/pack.hpp"

#include "base/utf8.hpp"
#include "json/described.hpp"
#include "transport/http_query.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

namespace quickclinic::web {
namespace {

constexpr std::string_view opening = "quickclinic-web 1 ";
constexpr std::string_view page_suffix = ".html";
constexpr std::string_view placeholder = "_";
constexpr std::string_view immutable_prefix = "/_next/static/";

// The index as pack.mjs writes it.
struct PackedBody {
  std::uint64_t at = 0;
  std::uint64_t size = 0;
  std::string tag;
};
BOOST_DESCRIBE_STRUCT(PackedBody, (), (at, size, tag))

struct PackedBodies {
  PackedBody identity;
  std::optional<PackedBody> br;
  std::optional<PackedBody> gzip;
};
BOOST_DESCRIBE_STRUCT(PackedBodies, (), (identity, br, gzip))

struct PackedFile {
  std::string path;
  std::string type;
  std::optional<std::string> policy;
  PackedBodies bodies;
};
BOOST_DESCRIBE_STRUCT(PackedFile, (), (path, type, policy, bodies))

struct Index {
  std::vector<PackedFile> files;
};
BOOST_DESCRIBE_STRUCT(Index, (), (files))

std::unexpected<Error> broken(std::string_view what) {
  return fail(Condition::internal, "The web front end in this program is broken: " +
                                       std::string(what) + "; build it again");
}

// Takes the index off the front of `bytes`; what is left are the bodies.
std::optional<std::string_view> take_index(std::string_view& bytes) {
  if (!bytes.starts_with(opening)) return std::nullopt;
  bytes.remove_prefix(opening.size());
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(bytes.data(), bytes.data() + bytes.size(), size);
  if (error != std::errc()) return std::nullopt;
  bytes.remove_prefix(static_cast<std::size_t>(end - bytes.data()));
  if (!bytes.starts_with('\n') || bytes.size() - 1 < size) return std::nullopt;
  const std::string_view index = bytes.substr(1, size);
  bytes.remove_prefix(1 + size);
  return index;
}

std::optional<Body> find_body(std::string_view bodies, const PackedBody& packed) {
  if (packed.at > bodies.size() || packed.size > bodies.size() - packed.at) return std::nullopt;
  return Body{bodies.substr(packed.at, packed.size), packed.tag};
}

std::optional<File> find_file(std::string_view bodies, const PackedFile& packed) {
  std::optional<Body> identity = find_body(bodies, packed.bodies.identity);
  if (!identity) return std::nullopt;
  File file{.type = packed.type,
            .policy = packed.policy.value_or(""),
            .identity = std::move(*identity),
            .brotli = std::nullopt,
            .gzip = std::nullopt,
            .immutable = packed.path.starts_with(immutable_prefix)};
  if (packed.bodies.br && !(file.brotli = find_body(bodies, *packed.bodies.br))) return {};
  if (packed.bodies.gzip && !(file.gzip = find_body(bodies, *packed.bodies.gzip))) return {};
  return file;
}

// Nothing for a path that no honest client asks for.
std::optional<std::string> decode(std::string_view path) {
  std::string decoded = transport::percent_decode(path);
  const bool slash_was_hidden = std::ranges::count(decoded, '/') != std::ranges::count(path, '/');
  if (slash_was_hidden || decoded.contains('\0') || decoded.contains('\\') || !is_utf8(decoded)) {
    return std::nullopt;
  }
  return decoded;
}

}  // namespace

Result<Pack> Pack::read(std::string_view bytes) {
  const auto index_text = take_index(bytes);
  if (!index_text) return broken("it does not begin with an index");
  const Result<json::Value> value = json::parse(*index_text);
  if (!value) return broken(value.error().describe());
  Index index;
  json::Reader reader;
  if (!json::read(reader, *value, index)) return broken(reader.problem());
  Pack pack;
  for (const PackedFile& packed : index.files) {
    std::optional<File> file = find_file(bytes, packed);
    if (!file) return broken(packed.path + " is cut off");
    pack.files_.emplace(packed.path, std::move(*file));
    const std::string page_of_any = std::string("/").append(placeholder).append(page_suffix);
    if (packed.path.ends_with(page_of_any)) {
      pack.placeholders_.push_back(
          packed.path.substr(0, packed.path.size() - page_of_any.size() + 1));
    }
  }
  pack.not_found_ = pack.find_by_name("/404");
  if (pack.not_found_ == nullptr) return broken("it has no page for what is not there");
  return pack;
}

const File* Pack::find(std::string_view path) const {
  const std::optional<std::string> decoded = decode(path);
  if (!decoded) return nullptr;
  const File* file = find_decoded(*decoded);
  return file == not_found_ ? nullptr : file;
}

const File* Pack::find_decoded(std::string_view path) const {
  if (path == "/") return find_by_name("/index");
  if (const File* file = find_by_name(path)) return file;
  for (const std::string& prefix : placeholders_) {
    if (!path.starts_with(prefix)) continue;
    std::string_view segment = path.substr(prefix.size());
    const auto slash = segment.find('/');
    std::string_view rest;
    if (slash != std::string_view::npos) {
      rest = segment.substr(slash);
      segment = segment.substr(0, slash);
    } else {
      for (const std::string_view suffix : {page_suffix, std::string_view(".txt")}) {
        if (segment.ends_with(suffix)) rest = suffix;
      }
      segment.remove_suffix(rest.size());
    }
    if (segment.empty() || segment == "." || segment == "..") return nullptr;
    return find_by_name(std::string(prefix).append(placeholder).append(rest));
  }
  return nullptr;
}

const File* Pack::find_by_name(std::string_view path) const {
  auto found = files_.find(path);
  if (found == files_.end()) found = files_.find(std::string(path).append(page_suffix));
  return found == files_.end() ? nullptr : &found->second;
}

}  // namespace quickclinic::web
