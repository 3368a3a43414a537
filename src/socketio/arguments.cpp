#include "socketio/arguments.hpp"

#include <utility>

namespace quickclinic::socketio {
namespace {

// The attachment that `value` stands for. A decoder has seen to it that placeholders name one, but
// values may come from elsewhere too.
std::optional<std::size_t> placeholder(const json::Value& value) {
  const json::Object* object = value.if_object();
  if (object == nullptr) return std::nullopt;
  const json::Value* mark = object->if_contains("_placeholder");
  const json::Value* number = object->if_contains("num");
  if (mark == nullptr || !mark->is_bool() || !mark->get_bool()) return std::nullopt;
  if (number == nullptr || !number->is_int64() || number->get_int64() < 0) return std::nullopt;
  return static_cast<std::size_t>(number->get_int64());
}

}  // namespace

void ArgumentsWriter::bytes(std::string_view bytes) {
  begin_object(2);
  name("_placeholder");
  boolean(true);
  name("num");
  integer(static_cast<std::int64_t>(attachments_.size()));
  end_object(2);
  attachments_.emplace_back(bytes);
}

Arguments ArgumentsWriter::finish(std::size_t count) {
  end_array(count);
  return {std::move(release().as_array()), std::exchange(attachments_, {})};
}

ArgumentsText::ArgumentsText() : json::TextWriter(text_) {
  constexpr std::size_t event_bytes = 128;  // most fit without growing
  text_.reserve(event_bytes);
  text_ += '[';
}

void ArgumentsText::bytes(std::string_view) {
  null();  // keeps the text well-formed; it is not used
  met_bytes_ = true;
}

std::optional<std::string_view> ArgumentsText::finish() {
  if (met_bytes_) return std::nullopt;
  text_ += ']';
  return text_;
}

const json::Value* ArgumentsReader::following() {
  const std::size_t index = read_++;
  return index < values_.size() ? &values_[index] : nullptr;
}

bool ArgumentsReader::missing() {
  missing_ = true;
  return false;
}

Error ArgumentsReader::error() const {
  const std::string place = "argument " + std::to_string(read_);
  if (missing_) return {json::JsonError::wrong_type, place + " is missing"};
  return {json::JsonError::wrong_type, place + ": " + reader_.problem()};
}

bool ArgumentsReader::Attachments::take(const json::Value& value, std::string& out) {
  const auto index = placeholder(value);
  if (!index || *index >= bytes_.size()) return false;
  taken_.resize(bytes_.size());
  if (taken_[*index]) return false;  // copies would let a small packet fill the memory
  taken_[*index] = true;
  out = bytes_[*index];
  return true;
}

}  // namespace quickclinic::socketio
