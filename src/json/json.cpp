#include "json/json.hpp"

#include "base/error_table.hpp"
#include "json/enclosing.hpp"
#include "json/number.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

#include <array>
#include <cstdint>
#include <span>

namespace quickclinic::json {
namespace {

constexpr std::array entries = {
    ErrorEntry{static_cast<int>(JsonError::malformed), "malformed JSON", Condition::bad_request},
    ErrorEntry{static_cast<int>(JsonError::too_deep), "JSON nested too deeply",
               Condition::bad_request},
    ErrorEntry{static_cast<int>(JsonError::wrong_type), "wrong type of JSON value",
               Condition::bad_request},
};

boost::json::parse_options options(std::size_t levels_max) {
  boost::json::parse_options chosen;
  chosen.max_depth = levels_max;
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

// What the library's parser finds, put together as its own handler does it, but for fractions:
// those it reads wrong in the last bit, one in ten of them.
class Builder {
 public:
  using View = boost::json::string_view;
  using Code = boost::json::error_code;

  static constexpr std::size_t max_object_size = Object::max_size();
  static constexpr std::size_t max_array_size = Array::max_size();
  static constexpr std::size_t max_key_size = String::max_size();
  static constexpr std::size_t max_string_size = String::max_size();

  Builder(Storage storage, std::span<unsigned char> scratch)
      : stack_({}, scratch.data(), scratch.size()) {
    stack_.reset(std::move(storage));
  }

  Value release() { return stack_.release(); }

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) { return true; }
  bool on_object_end(std::size_t members, Code&) {
    stack_.push_object(members);
    return true;
  }
  bool on_array_begin(Code&) { return true; }
  bool on_array_end(std::size_t elements, Code&) {
    stack_.push_array(elements);
    return true;
  }
  bool on_key_part(View part, std::size_t, Code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_key(View rest, std::size_t, Code&) {
    stack_.push_key(rest);
    return true;
  }
  bool on_string_part(View part, std::size_t, Code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(View rest, std::size_t, Code&) {
    stack_.push_string(rest);
    return true;
  }
  bool on_number_part(View, Code&) { return true; }  // only of text that comes in pieces
  bool on_int64(std::int64_t number, View, Code&) {
    stack_.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, View, Code&) {
    stack_.push_uint64(number);
    return true;
  }
  bool on_double(double, View text, Code& error) {
    const auto number = parse_double({text.data(), text.size()});
    if (!number) {
      // JSON cannot say infinity, so nobody could be told what was read here.
      error = boost::json::error::exponent_overflow;
      return false;
    }
    stack_.push_double(*number);
    return true;
  }
  bool on_bool(bool flag, Code&) {
    stack_.push_bool(flag);
    return true;
  }
  bool on_null(Code&) {
    stack_.push_null();
    return true;
  }
  bool on_comment_part(View, Code&) { return true; }
  bool on_comment(View, Code&) { return true; }

 private:
  boost::json::value_stack stack_;
};

Result<Value> parse_into(std::string_view text, Storage storage,
                         std::size_t levels_max = depth_max) {
  unsigned char scratch[1024];  // small events never reach the heap for the parser's own stack
  boost::json::basic_parser<Builder> parser(options(levels_max), std::move(storage), scratch);
  boost::json::error_code error;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (error == boost::json::error::too_deep) return fail(JsonError::too_deep);
  if (error || read < text.size()) return fail(JsonError::malformed);
  return parser.handler().release();
}

}  // namespace

std::error_code make_error_code(JsonError error) noexcept {
  static const ErrorTable table("json", entries);
  return {static_cast<int>(error), table};
}

Result<Value> parse(std::string_view text, Storage storage) {
  return parse_into(text, std::move(storage));
}

Result<Lenient> parse_lenient(std::string_view text, Storage storage) {
  return parse_enclosing(text, 0, std::move(storage));
}

Result<Lenient> parse_enclosing(std::string_view text, std::size_t levels, Storage storage) {
  const std::size_t levels_max = depth_max + levels;
  Result<Value> value = parse_into(text, storage, levels_max);
  if (value) return Lenient{std::move(*value), false};
  // The library's own codes for a bad surrogate differ with what follows it, so look for one
  // instead.
  const std::string repaired = replace_lone_surrogates(text);
  if (repaired == text) return std::unexpected(value.error());
  value = parse_into(repaired, std::move(storage), levels_max);
  if (!value) return std::unexpected(value.error());
  return Lenient{std::move(*value), true};
}

}  // namespace quickclinic::json
