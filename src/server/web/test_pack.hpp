#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::web::test {

/// For tests: a file to be packed, whose bodies are whatever the test says.
struct PackedText {
  std::string path;
  std::string identity;
  std::optional<std::string> br = std::nullopt;
  std::optional<std::string> gzip = std::nullopt;
};

/// The bytes of a pack, as `web/scripts/pack.mjs` lays them out. The tag of a body is the body in
/// quotes; the policy of `x.html` is `default-src /x.html`.
std::string pack_of(const std::vector<PackedText>& files);

/// A front end with a script, a page for any doctor's chat, and what Next's router asks for.
std::string small_pack();

}  // namespace quickclinic::web::test
