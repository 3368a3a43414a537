#pragma once

#include "base/result.hpp"

#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/storage_ptr.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>

/// The one door to the JSON library. Text that comes from outside is parsed here: UTF-8 is checked,
/// depth and size are bounded, nothing throws.
namespace quickclinic::json {

using Value = boost::json::value;
using Object = boost::json::object;
using Array = boost::json::array;
using String = boost::json::string;
using Storage = boost::json::storage_ptr;
/// Memory that is freed as a whole when it ends, and what lives in it with it.
using Arena = boost::json::monotonic_resource;

enum class JsonError {
  malformed = 1,  ///< not JSON, not UTF-8, or a number that is past all that a double can hold
  too_deep,       ///< nested deeper than `depth_max`
  wrong_type,     ///< a field is missing or has another type
};
std::error_code make_error_code(JsonError error) noexcept;

/// Deeper than any honest event; a parser that recurses is safe far beyond it.
inline constexpr std::size_t depth_max = 32;

/// Parses one JSON value that is the whole of `text`. The value lives in `storage`.
Result<Value> parse(std::string_view text, Storage storage = {});

struct Lenient {
  Value value;
  /// The text held an escaped lone surrogate (`\ud800`), which no UTF-8 can carry: U+FFFD stands in
  /// its place.
  bool repaired = false;
};

/// As `parse`, but survives escaped lone surrogates, which JavaScript peers can send and strict
/// parsers refuse.
Result<Lenient> parse_lenient(std::string_view text, Storage storage = {});

std::string to_text(const Value& value);
std::string to_text(const Object& value);
std::string to_text(const Array& value);
/// Appends to `out`; for building packets without a copy.
void append(std::string& out, const Value& value);
/// Appends `text` as a JSON string, quotes included. `text` must be UTF-8.
void append_string(std::string& out, std::string_view text);

inline std::string_view view(const String& text) { return {text.data(), text.size()}; }

}  // namespace quickclinic::json

template <>
struct std::is_error_code_enum<quickclinic::json::JsonError> : std::true_type {};
