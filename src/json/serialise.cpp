#include "json/json.hpp"
#include "json/number.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace quickclinic::json {
namespace {

constexpr std::size_t event_bytes = 128;  // most events fit without growing
constexpr std::uint64_t each_byte = 0x0101010101010101U;

// Whether one of eight bytes has to be escaped: below 0x20, a quote, a backslash.
constexpr bool holds_special(std::uint64_t bytes) {
  const std::uint64_t quote = bytes ^ (each_byte * '"');
  const std::uint64_t backslash = bytes ^ (each_byte * '\\');
  const std::uint64_t found = ((bytes - each_byte * 0x20U) & ~bytes) |
                              ((quote - each_byte) & ~quote) |
                              ((backslash - each_byte) & ~backslash);
  return (found & (each_byte * 0x80U)) != 0;
}

constexpr bool is_special(char c) {
  return static_cast<unsigned char>(c) < 0x20U || c == '"' || c == '\\';
}

// The first byte at or behind `from` that has to be escaped, or the end.
std::size_t find_special(std::string_view text, std::size_t from) {
  std::uint64_t bytes = 0;
  const auto clean = [&](std::size_t at) {
    std::memcpy(&bytes, text.data() + at, sizeof bytes);
    return !holds_special(bytes);
  };
  for (; text.size() - from >= sizeof bytes; from += sizeof bytes) {
    if (!clean(from)) break;
  }
  // The last few together with some before them, which were looked at or are not meant.
  const bool ends = text.size() - from < sizeof bytes && text.size() >= sizeof bytes;
  if (ends && clean(text.size() - sizeof bytes)) return text.size();
  while (from < text.size() && !is_special(text[from])) ++from;
  return from;
}

void append_escape(std::string& out, char special) {
  static constexpr char digits[] = "0123456789abcdef";
  switch (special) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\b':
      out += "\\b";
      break;
    case '\f':
      out += "\\f";
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
    default: {
      const auto byte = static_cast<unsigned char>(special);
      out += "\\u00";
      out += digits[byte >> 4U];
      out += digits[byte & 15U];
    }
  }
}

void append_array(std::string& out, const Array& array) {
  char before = '[';
  for (const Value& element : array) {
    out += before;
    append(out, element);
    before = ',';
  }
  if (array.empty()) out += '[';
  out += ']';
}

void append_object(std::string& out, const Object& object) {
  char before = '{';
  for (const auto& member : object) {
    out += before;
    append_string(out, {member.key().data(), member.key().size()});
    out += ':';
    append(out, member.value());
    before = ',';
  }
  if (object.empty()) out += '{';
  out += '}';
}

}  // namespace

void append(std::string& out, const Value& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      out += "null";
      break;
    case boost::json::kind::bool_:
      out += value.get_bool() ? "true" : "false";
      break;
    case boost::json::kind::int64:
      append_integer(out, value.get_int64());
      break;
    case boost::json::kind::uint64:
      append_integer(out, value.get_uint64());
      break;
    case boost::json::kind::double_:
      append_double(out, value.get_double());
      break;
    case boost::json::kind::string:
      append_string(out, view(value.get_string()));
      break;
    case boost::json::kind::array:
      append_array(out, value.get_array());
      break;
    case boost::json::kind::object:
      append_object(out, value.get_object());
      break;
  }
}

void append_string(std::string& out, std::string_view text) {
  const std::size_t first = find_special(text, 0);
  if (first == text.size()) {  // as a rule: then there is but one size to grow by
    const std::size_t before = out.size();
    const std::size_t after = before + text.size() + 2;
    out.resize_and_overwrite(after, [&](char* bytes, std::size_t /*or more*/) {
      bytes[before] = '"';
      text.copy(bytes + before + 1, text.size());
      bytes[after - 1] = '"';
      return after;
    });
    return;
  }
  out += '"';
  std::size_t clean = 0;  // start of the run not yet copied
  for (std::size_t at = first; at < text.size(); at = find_special(text, clean)) {
    out.append(text.data() + clean, at - clean);
    append_escape(out, text[at]);
    clean = at + 1;
  }
  out.append(text.data() + clean, text.size() - clean);
  out += '"';
}

std::string to_text(const Value& value) {
  std::string out;
  out.reserve(event_bytes);
  append(out, value);
  return out;
}

std::string to_text(const Object& value) {
  std::string out;
  out.reserve(event_bytes);
  append_object(out, value);
  return out;
}

std::string to_text(const Array& value) {
  std::string out;
  out.reserve(event_bytes);
  append_array(out, value);
  return out;
}

}  // namespace quickclinic::json
