#pragma once

#include "json/json.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

namespace quickclinic::json {

/// Raw bytes, which JSON cannot hold: they travel beside it, and something stands in their place.
struct Bytes {
  std::string data;

  friend bool operator==(const Bytes&, const Bytes&) = default;
};

/// Where the bytes are that stand outside of the JSON.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// Copies the bytes that `value` stands for to `out`. False when it stands for none, or when
  /// they were taken before.
  virtual bool take(const Value& value, std::string& out) = 0;
};

/// Reads single values and remembers what was wrong with the first that did not fit: where it
/// stands, what was wanted, and the type of what came, never its content. Every function answers
/// whether it succeeded. What reads structures out of these is in `json/described.hpp`.
class Reader {
 public:
  explicit Reader(ByteSource* bytes = nullptr) : bytes_(bytes) {}

  bool boolean(const Value& value, bool& out);
  /// A whole number within the bounds; `2.0` counts as 2.
  bool integer(const Value& value, std::int64_t min, std::int64_t max, std::int64_t& out);
  bool natural(const Value& value, std::uint64_t max, std::uint64_t& out);
  bool number(const Value& value, double& out);
  bool text(const Value& value, std::string& out);
  /// The place of the text among `names`.
  bool name(const Value& value, std::span<const std::string_view> names, std::size_t& out);
  bool bytes(const Value& value, std::string& out);

  /// What a structure is read from, or null.
  const Object* object(const Value& value);
  const Array* array(const Value& value);
  static const Value* find(const Object& object, std::string_view name);

  /// Notes a member that has to be there. Always false.
  bool missing(std::string_view name);
  /// Notes `wanted` (`a string`) against what `value` is. Always false.
  bool wrong(const Value& value, std::string_view wanted);

  /// Put the place in front of what went wrong inside of it. Always false.
  bool in_member(std::string_view name);
  bool in_element(std::size_t index);
  /// A member whose name the peer has chosen, which is therefore left out.
  bool in_some_member();

  /// `items[2].count: must be a whole number from 0 to 255`. Empty as long as all went well.
  std::string problem() const;

 private:
  bool in(std::string_view place);

  ByteSource* bytes_;
  std::string path_;
  std::string problem_;
};

}  // namespace quickclinic::json
