// Any text is some settings: the line ends' kind does not matter, and settings written out in
// quotes are read as they were.
#include "fuzz/fuzz_target.hpp"
#include "server/settings/dotenv.hpp"

#include <string>
#include <string_view>

namespace {

using namespace quickclinic::settings;
using quickclinic::fuzz::require;

constexpr std::string_view key_letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";

std::string with_carriage_returns(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

// A kind of quotes that can hold `value` as it is; NUL when there is none.
char quotes_for(std::string_view value) {
  if (value.contains('\r') || value.ends_with('\\')) return '\0';
  for (const char quote : {'\'', '`'}) {
    if (!value.contains(quote)) return quote;
  }
  return '\0';
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const SettingMap settings = parse_dotenv(text);
  SettingMap kept;
  std::string written;
  for (const auto& [key, value] : settings) {
    require(!key.empty() && key.find_first_not_of(key_letters) == std::string::npos);
    require(text.contains(key) && value.size() <= text.size());
    const char quote = quotes_for(value);
    if (quote == '\0') continue;
    kept.emplace(key, value);
    written.append(key).append("=").append(1, quote).append(value).append(1, quote).append("\n");
  }
  require(parse_dotenv(written) == kept);
  if (!text.contains('\r')) require(parse_dotenv(with_carriage_returns(text)) == settings);
  return 0;
}
