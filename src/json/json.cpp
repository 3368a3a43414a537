#include "json/json.hpp"

#include "base/error_table.hpp"

#include <boost/json/basic_parser.hpp>
#include <boost/json/parser.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/serializer.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace quickclinic::json {
namespace {

constexpr std::array entries = {
    ErrorEntry{static_cast<int>(JsonError::malformed), "malformed JSON", Condition::bad_request},
    ErrorEntry{static_cast<int>(JsonError::too_deep), "JSON nested too deeply",
               Condition::bad_request},
    ErrorEntry{static_cast<int>(JsonError::wrong_type), "wrong type of JSON value",
               Condition::bad_request},
};

boost::json::parse_options options() {
  boost::json::parse_options chosen;
  chosen.max_depth = depth_max;
  return chosen;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The unit of the escape `\uXXXX` that begins at `at`, or -1 when none does.
int escaped_unit(std::string_view text, std::size_t at) {
  if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return -1;
  int unit = 0;
  for (std::size_t i = at + 2; i < at + 6; ++i) {
    const int digit = hex_value(text[i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

// Writes U+FFFD over every escape of a surrogate that has no partner. Backslashes stand in strings
// only.
std::string replace_lone_surrogates(std::string_view text) {
  std::string out(text);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (out[i] != '\\') continue;
    const int unit = escaped_unit(out, i);
    if (unit < 0) {
      ++i;  // the escaped character is not the start of another escape
      continue;
    }
    const bool leading = unit >= 0xD800 && unit < 0xDC00;
    const bool trailing = unit >= 0xDC00 && unit < 0xE000;
    if (leading) {
      const int partner = escaped_unit(out, i + 6);
      if (partner >= 0xDC00 && partner < 0xE000) {
        i += 11;
        continue;
      }
    }
    if (leading || trailing) out.replace(i + 2, 4, "FFFD");
    i += 5;
  }
  return out;
}

// The library reads `1e400` as infinity and `0e400` as no number at all, which JSON cannot say and
// which it would write as words that end every other parser.
bool is_finite(const Value& value) {
  if (const double* number = value.if_double()) return std::isfinite(*number);
  if (const Array* array = value.if_array()) return std::ranges::all_of(*array, is_finite);
  const Object* object = value.if_object();
  return object == nullptr || std::ranges::all_of(*object, [](const auto& member) {
           return is_finite(member.value());  // as deep as the parser went, which is bounded
         });
}

Result<Value> parse_with(std::string_view text, Storage storage, boost::json::error_code& error) {
  unsigned char scratch[1024];  // small events never reach the heap for the parser's own stack
  boost::json::parser parser({}, options(), scratch);
  parser.reset(std::move(storage));
  parser.write(text.data(), text.size(), error);
  if (error == boost::json::error::too_deep) return fail(JsonError::too_deep);
  if (error) return fail(JsonError::malformed);
  Value value = parser.release();
  if (!is_finite(value)) return fail(JsonError::malformed);
  return value;
}

}  // namespace

std::error_code make_error_code(JsonError error) noexcept {
  static const ErrorTable table("json", entries);
  return {static_cast<int>(error), table};
}

Result<Value> parse(std::string_view text, Storage storage) {
  boost::json::error_code error;
  return parse_with(text, std::move(storage), error);
}

Result<Lenient> parse_lenient(std::string_view text, Storage storage) {
  boost::json::error_code error;
  Result<Value> value = parse_with(text, storage, error);
  if (value) return Lenient{std::move(*value), false};
  // The library's own codes for a bad surrogate differ with what follows it, so look for one
  // instead.
  const std::string repaired = replace_lone_surrogates(text);
  if (repaired == text) return std::unexpected(value.error());
  value = parse_with(repaired, std::move(storage), error);
  if (!value) return std::unexpected(value.error());
  return Lenient{std::move(*value), true};
}

void append(std::string& out, const Value& value) {
  boost::json::serializer serializer;
  serializer.reset(&value);
  char buffer[1024];
  while (!serializer.done()) {
    const auto piece = serializer.read(buffer, sizeof buffer);
    out.append(piece.data(), piece.size());
  }
}

void append_string(std::string& out, std::string_view text) {
  static constexpr char digits[] = "0123456789abcdef";
  out.push_back('"');
  std::size_t clean = 0;  // start of the run not yet copied
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20U && byte != '"' && byte != '\\') continue;
    out.append(text, clean, i - clean);
    clean = i + 1;
    switch (byte) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out.push_back(digits[byte >> 4U]);
        out.push_back(digits[byte & 15U]);
    }
  }
  out.append(text, clean, text.size() - clean);
  out.push_back('"');
}

std::string to_text(const Value& value) {
  std::string out;
  append(out, value);
  return out;
}

std::string to_text(const Object& value) { return boost::json::serialize(value); }

std::string to_text(const Array& value) { return boost::json::serialize(value); }

}  // namespace quickclinic::json
