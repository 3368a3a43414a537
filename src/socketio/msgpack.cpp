#include "socketio/msgpack.hpp"

#include "base/clock.hpp"
#include "base/utf8.hpp"
#include "socketio/error.hpp"

#include <nlohmann/json.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>

namespace quickclinic::socketio::msgpack {
namespace {

// Keeps the order of members, as JavaScript does.
using Pack = nlohmann::ordered_json;

// Tells how far the reader has come: the two forms of an extension differ in what stands before it.
struct Cursor {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  const char* at = nullptr;
  const char** reached = nullptr;

  reference operator*() const { return *at; }
  Cursor& operator++() {
    ++at;
    *reached = at;
    return *this;
  }
  Cursor operator++(int) {
    const Cursor before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const Cursor& a, const Cursor& b) { return a.at == b.at; }
};

// `2026-01-02T03:04:05.678Z`, as JSON.stringify writes a Date; null when it is none.
json::Value date(std::string_view eight_bytes) {
  std::uint64_t bits = 0;
  for (const char byte : eight_bytes) bits = bits << 8U | static_cast<unsigned char>(byte);
  const auto milliseconds = std::bit_cast<std::int64_t>(bits);
  constexpr std::int64_t last = 253'402'300'799'999;  // of the year 9999
  constexpr std::int64_t first = -62'167'219'200'000;
  if (milliseconds < first || milliseconds > last) return nullptr;
  return json::String(iso8601(WallTime(std::chrono::milliseconds(milliseconds))));
}

// Builds values out of what the reader finds, in the form of its SAX interface.
class Builder final : public nlohmann::json_sax<Pack> {
 public:
  Builder(std::string_view bytes, const char*& reached, const Bounds& bounds)
      : bytes_(bytes), reached_(reached), bounds_(bounds) {}

  std::optional<Content> take() && {
    if (!whole_) return std::nullopt;
    return Content{std::move(*whole_), std::move(attachments_)};
  }

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(std::int64_t value) override { return add(value); }
  bool number_unsigned(std::uint64_t value) override { return add(value); }
  bool number_float(double value, const std::string&) override {
    return add(std::isfinite(value) ? json::Value(value) : json::Value());  // as JSON.stringify
  }
  bool string(std::string& value) override { return is_utf8(value) && add(json::String(value)); }
  bool binary(Pack::binary_t& value) override {
    std::string bytes(value.begin(), value.end());
    if (!value.has_subtype()) return add_bytes(std::move(bytes));
    if (value.subtype() != 0) return false;
    if (is_fixed(bytes.size())) {
      if (bytes.size() == 1) return add(nullptr);
      return bytes.size() == 8 && add(date(bytes));
    }
    return add_bytes(std::move(bytes));
  }
  bool start_object(std::size_t) override { return open(json::Object()); }
  bool key(std::string& value) override {
    if (!is_utf8(value)) return false;
    open_.back().key = std::move(value);
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(json::Array()); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t, const std::string&, const Pack::exception&) override {
    return false;
  }

 private:
  struct Open {
    json::Value value;
    std::string key;  // of the member that comes next
  };

  // An extension of a fixed length stands behind its type alone; another behind a length as well.
  bool is_fixed(std::size_t length) const {
    constexpr unsigned char fixed_1 = 0xD4;
    constexpr unsigned char fixed_8 = 0xD7;
    const auto end = static_cast<std::size_t>(reached_ - bytes_.data());
    if (end < length + 2) return false;
    const auto before = static_cast<unsigned char>(bytes_[end - length - 2]);
    return (length == 1 && before == fixed_1) || (length == 8 && before == fixed_8);
  }

  bool open(json::Value value) {
    if (open_.size() >= bounds_.depth_max) return false;
    open_.push_back({std::move(value), {}});
    return true;
  }
  bool close() {
    json::Value done = std::move(open_.back().value);
    open_.pop_back();
    return add(std::move(done));
  }
  bool add_bytes(std::string bytes) {
    if (attachments_.size() >= bounds_.attachments_max) return false;
    json::Object placeholder{{"_placeholder", true},
                             {"num", static_cast<std::int64_t>(attachments_.size())}};
    attachments_.push_back(std::move(bytes));
    return add(std::move(placeholder));
  }
  bool add(json::Value value) {
    if (open_.empty()) {
      whole_ = std::move(value);
    } else if (json::Array* array = open_.back().value.if_array()) {
      array->push_back(std::move(value));
    } else {
      open_.back().value.get_object().insert_or_assign(open_.back().key, std::move(value));
    }
    return true;
  }

  std::string_view bytes_;
  const char*& reached_;
  Bounds bounds_;
  std::vector<Open> open_;
  std::vector<std::string> attachments_;
  std::optional<json::Value> whole_;
};

const std::string* attachment_for(const json::Object& object,
                                  const std::vector<std::string>& attachments) {
  const json::Value* mark = object.if_contains("_placeholder");
  if (mark == nullptr || !mark->is_bool() || !mark->get_bool()) return nullptr;
  const json::Value* number = object.if_contains("num");
  const std::uint64_t index = number == nullptr     ? attachments.size()
                              : number->is_uint64() ? number->get_uint64()
                              : number->is_int64() ? static_cast<std::uint64_t>(number->get_int64())
                                                   : attachments.size();
  return index < attachments.size() ? &attachments[index] : nullptr;
}

Pack pack(const json::Value& value, const std::vector<std::string>& attachments) {
  if (const json::Object* object = value.if_object()) {
    if (const std::string* bytes = attachment_for(*object, attachments)) {
      return Pack::binary({bytes->begin(), bytes->end()});
    }
    Pack packed = Pack::object();
    // The names are known to differ, and looking for each among those before it takes its time.
    auto& members = packed.get_ref<Pack::object_t&>();
    for (const auto& member : *object) {
      members.Container::emplace_back(std::string(member.key()), pack(member.value(), attachments));
    }
    return packed;
  }
  if (const json::Array* array = value.if_array()) {
    Pack packed = Pack::array();
    for (const json::Value& element : *array) packed.push_back(pack(element, attachments));
    return packed;
  }
  if (const json::String* text = value.if_string()) return std::string(json::view(*text));
  if (value.is_bool()) return value.get_bool();
  if (value.is_int64()) return value.get_int64();
  if (value.is_uint64()) return value.get_uint64();
  if (value.is_double()) return value.get_double();
  return nullptr;
}

}  // namespace

Result<Content> read(std::string_view bytes, const Bounds& bounds) {
  const char* reached = bytes.data();
  Builder builder(bytes, reached, bounds);
  const bool good =
      Pack::sax_parse(Cursor{bytes.data(), &reached}, Cursor{bytes.data() + bytes.size(), &reached},
                      &builder, Pack::input_format_t::msgpack);
  std::optional<Content> content;
  if (good) content = std::move(builder).take();
  if (!content) return fail(SocketError::bad_payload, "msgpack");
  return std::move(*content);
}

std::string write(const json::Value& value, const std::vector<std::string>& attachments) {
  std::string bytes;
  Pack::to_msgpack(pack(value, attachments), bytes);
  return bytes;
}

}  // namespace quickclinic::socketio::msgpack
