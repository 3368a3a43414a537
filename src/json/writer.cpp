#include "json/writer.hpp"

#include "json/number.hpp"

#include <cassert>

namespace quickclinic::json {
namespace {

boost::json::string_view borrowed(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

void Writer::value(const Value& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return null();
    case boost::json::kind::bool_:
      return boolean(value.get_bool());
    case boost::json::kind::int64:
      return integer(value.get_int64());
    case boost::json::kind::uint64:
      return natural(value.get_uint64());
    case boost::json::kind::double_:
      return number(value.get_double());
    case boost::json::kind::string:
      return text(view(value.get_string()));
    case boost::json::kind::array:
      return array(value.get_array());
    case boost::json::kind::object:
      return object(value.get_object());
  }
}

void Writer::array(const Array& array) {
  begin_array(array.size());
  for (const Value& element : array) value(element);
  end_array(array.size());
}

void Writer::object(const Object& object) {
  begin_object(object.size());
  for (const auto& member : object) {
    name({member.key().data(), member.key().size()});
    value(member.value());
  }
  end_object(object.size());
}

void TextWriter::separate() {
  // A value ends in a letter, a digit, a quote or a closing bracket.
  if (out_.empty()) return;
  const char last = out_.back();
  if (last != '[' && last != '{' && last != ':' && last != ',') out_ += ',';
}

void TextWriter::null() {
  separate();
  out_ += "null";
}

void TextWriter::boolean(bool flag) {
  separate();
  out_ += flag ? "true" : "false";
}

void TextWriter::integer(std::int64_t number) {
  separate();
  append_integer(out_, number);
}

void TextWriter::natural(std::uint64_t number) {
  separate();
  append_integer(out_, number);
}

void TextWriter::number(double number) {
  separate();
  append_double(out_, number);
}

void TextWriter::text(std::string_view text) {
  separate();
  append_string(out_, text);
}

void TextWriter::bytes(std::string_view) { assert(false && "JSON text holds no bytes"); }

void TextWriter::begin_array(std::size_t) {
  separate();
  out_ += '[';
}

void TextWriter::end_array(std::size_t) { out_ += ']'; }

void TextWriter::begin_object(std::size_t) {
  separate();
  out_ += '{';
}

void TextWriter::name(std::string_view name) {
  separate();
  append_string(out_, name);
  out_ += ':';
}

void TextWriter::end_object(std::size_t) { out_ += '}'; }

void ValueWriter::null() { stack_.push_null(); }

void ValueWriter::boolean(bool flag) { stack_.push_bool(flag); }

void ValueWriter::integer(std::int64_t number) { stack_.push_int64(number); }

void ValueWriter::natural(std::uint64_t number) { stack_.push_uint64(number); }

void ValueWriter::number(double number) { stack_.push_double(number); }

void ValueWriter::text(std::string_view text) { stack_.push_string(borrowed(text)); }

void ValueWriter::bytes(std::string_view) { assert(false && "a value holds no bytes"); }

void ValueWriter::begin_array(std::size_t) {}

void ValueWriter::end_array(std::size_t elements) { stack_.push_array(elements); }

void ValueWriter::begin_object(std::size_t) {}

void ValueWriter::name(std::string_view name) { stack_.push_key(borrowed(name)); }

void ValueWriter::end_object(std::size_t members) { stack_.push_object(members); }

Value ValueWriter::release() {
  Value value = stack_.release();
  stack_.reset();
  return value;
}

}  // namespace quickclinic::json
