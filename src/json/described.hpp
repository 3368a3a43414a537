#pragma once

#include "base/result.hpp"
#include "json/described_types.hpp"

#include <boost/mp11/algorithm.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// Reading and writing of the types in `json/described_types.hpp`.
namespace quickclinic::json {

/// Reads `value` into `out`, and leaves it half read on failure; the reader knows why.
template <class T>
bool read(Reader& reader, const Value& value, T& out);

template <class T>
void write(Writer& writer, const T& value);

namespace detail {

template <Integer T>
bool read_integer(Reader& reader, const Value& value, T& out) {
  if constexpr (std::is_signed_v<T>) {
    std::int64_t number = 0;
    using Limits = std::numeric_limits<T>;
    if (!reader.integer(value, Limits::min(), Limits::max(), number)) return false;
    out = static_cast<T>(number);
  } else {
    std::uint64_t number = 0;
    if (!reader.natural(value, std::numeric_limits<T>::max(), number)) return false;
    out = static_cast<T>(number);
  }
  return true;
}

template <DescribedEnum T>
struct Enumerators {
  using List = boost::describe::describe_enumerators<T>;
  static constexpr std::size_t count = boost::mp11::mp_size<List>::value;

  template <template <class...> class L, class... D>
  static constexpr std::array<std::string_view, count> names_of(L<D...>) {
    return {D::name...};
  }
  template <template <class...> class L, class... D>
  static constexpr std::array<T, count> values_of(L<D...>) {
    return {D::value...};
  }

  static constexpr auto names = names_of(List());
  static constexpr auto values = values_of(List());
};

template <class T>
bool read_member(Reader& reader, const Object& object, std::string_view name, T& out) {
  const Value* value = Reader::find(object, name);
  if constexpr (is_optional<T>) {
    if (value == nullptr || value->is_null()) return true;
  } else {
    if (value == nullptr) return reader.missing(name);
  }
  return read(reader, *value, out) || reader.in_member(name);
}

template <DescribedStruct T>
bool read_struct(Reader& reader, const Value& value, T& out) {
  const Object* object = reader.object(value);
  if (object == nullptr) return false;
  bool good = true;
  boost::mp11::mp_for_each<MembersOf<T>>([&](auto member) {
    good = good && read_member(reader, *object, member.name, out.*member.pointer);
  });
  return good;
}

template <class T>
bool read_vector(Reader& reader, const Value& value, std::vector<T>& out) {
  const Array* array = reader.array(value);
  if (array == nullptr) return false;
  out.clear();
  // The peer chose this number, and the first element may already be wrong.
  constexpr std::size_t reserved_max = 64;
  out.reserve(std::min(array->size(), reserved_max));
  for (const Value& element : *array) {
    T one{};
    if (!read(reader, element, one)) return reader.in_element(out.size());
    out.push_back(std::move(one));
  }
  return true;
}

template <class Map>
bool read_map(Reader& reader, const Value& value, Map& out) {
  const Object* object = reader.object(value);
  if (object == nullptr) return false;
  out.clear();
  for (const auto& member : *object) {
    typename Map::mapped_type& one = out[std::string(member.key())];
    if (!read(reader, member.value(), one)) return reader.in_some_member();
  }
  return true;
}

template <class T>
constexpr bool is_left_out(const T& member) {
  if constexpr (is_optional<T>) return !member.has_value();
  return false;
}

template <DescribedStruct T>
void write_struct(Writer& writer, const T& value) {
  std::size_t members = 0;
  boost::mp11::mp_for_each<MembersOf<T>>(
      [&](auto member) { members += is_left_out(value.*member.pointer) ? 0U : 1U; });
  writer.begin_object(members);
  boost::mp11::mp_for_each<MembersOf<T>>([&](auto member) {
    if (is_left_out(value.*member.pointer)) return;
    writer.name(member.name);
    write(writer, value.*member.pointer);
  });
  writer.end_object(members);
}

template <DescribedEnum T>
void write_enum(Writer& writer, T value) {
  const auto found = std::ranges::find(Enumerators<T>::values, value);
  assert(found != Enumerators<T>::values.end());
  writer.text(Enumerators<T>::names[static_cast<std::size_t>(
      std::distance(Enumerators<T>::values.begin(), found))]);
}

}  // namespace detail

template <class T>
bool read(Reader& reader, const Value& value, T& out) {
  static_assert(Readable<T>,
                "this type cannot be read from JSON: it must be one of the table in "
                "json/described_types.hpp, or have a json::Codec");
  if constexpr (detail::Coded<T>) {
    return Codec<T>::read(reader, value, out);
  } else if constexpr (std::same_as<T, bool>) {
    return reader.boolean(value, out);
  } else if constexpr (detail::Integer<T>) {
    return detail::read_integer(reader, value, out);
  } else if constexpr (std::same_as<T, double>) {
    return reader.number(value, out);
  } else if constexpr (std::same_as<T, std::string>) {
    return reader.text(value, out);
  } else if constexpr (std::same_as<T, Bytes>) {
    return reader.bytes(value, out.data);
  } else if constexpr (detail::DescribedEnum<T>) {
    std::size_t place = 0;
    if (!reader.name(value, detail::Enumerators<T>::names, place)) return false;
    out = detail::Enumerators<T>::values[place];
    return true;
  } else if constexpr (detail::is_strong_id<T>) {
    std::string text;
    if (!reader.text(value, text)) return false;
    out = T(std::move(text));
    return true;
  } else if constexpr (detail::is_optional<T>) {
    if (!value.is_null()) return read(reader, value, out.emplace());
    out.reset();
    return true;
  } else if constexpr (detail::is_vector<T>) {
    return detail::read_vector(reader, value, out);
  } else if constexpr (detail::is_map<T>) {
    return detail::read_map(reader, value, out);
  } else if constexpr (std::same_as<T, Value>) {
    // With its own memory: what is read may outlive the packet, and with it the packet's arena.
    out = Value(value, Storage());
    return true;
  } else if constexpr (std::same_as<T, Object>) {
    const Object* object = reader.object(value);
    if (object != nullptr) out = Object(*object, Storage());
    return object != nullptr;
  } else if constexpr (std::same_as<T, Array>) {
    const Array* array = reader.array(value);
    if (array != nullptr) out = Array(*array, Storage());
    return array != nullptr;
  } else if constexpr (detail::DescribedStruct<T>) {
    return detail::read_struct(reader, value, out);
  }
}

template <class T>
void write(Writer& writer, const T& value) {
  static_assert(Writable<T>,
                "this type cannot be written as JSON: it must be one of the table in "
                "json/described_types.hpp, or have a json::Codec");
  if constexpr (detail::Coded<T>) {
    Codec<T>::write(writer, value);
  } else if constexpr (std::same_as<T, std::nullptr_t>) {
    writer.null();
  } else if constexpr (std::same_as<T, bool>) {
    writer.boolean(value);
  } else if constexpr (detail::Integer<T> && std::is_signed_v<T>) {
    writer.integer(value);
  } else if constexpr (detail::Integer<T>) {
    writer.natural(value);
  } else if constexpr (std::same_as<T, double>) {
    writer.number(value);
  } else if constexpr (std::same_as<T, Bytes>) {
    writer.bytes(value.data);
  } else if constexpr (detail::Text<T>) {
    writer.text(value);
  } else if constexpr (detail::DescribedEnum<T>) {
    detail::write_enum(writer, value);
  } else if constexpr (detail::is_strong_id<T>) {
    writer.text(value.text());
  } else if constexpr (detail::is_optional<T>) {
    if (value) {
      write(writer, *value);
    } else {
      writer.null();
    }
  } else if constexpr (detail::is_vector<T>) {
    writer.begin_array(value.size());
    for (const typename T::value_type& element : value) write(writer, element);
    writer.end_array(value.size());
  } else if constexpr (detail::is_map<T>) {
    writer.begin_object(value.size());
    for (const auto& [name, member] : value) {
      writer.name(name);
      write(writer, member);
    }
    writer.end_object(value.size());
  } else if constexpr (std::same_as<T, Value>) {
    writer.value(value);
  } else if constexpr (std::same_as<T, Object>) {
    writer.object(value);
  } else if constexpr (std::same_as<T, Array>) {
    writer.array(value);
  } else if constexpr (detail::DescribedStruct<T>) {
    detail::write_struct(writer, value);
  }
}

/// Reads a `T`, or answers `JsonError::wrong_type` with words for whoever sent it:
/// `items[2].count: must be a whole number from 0 to 255`. The words hold no content of the value.
template <class T>
Result<T> read(const Value& value) {
  Reader reader;
  T out{};
  if (!read(reader, value, out)) return fail(JsonError::wrong_type, reader.problem());
  return out;
}

/// The JSON text of `value`.
template <Writable T>
std::string to_text(const T& value) {
  std::string out;
  TextWriter writer(out);
  write(writer, value);
  return out;
}

/// The same as a `Value`, with its own memory.
template <Writable T>
Value to_value(const T& value) {
  ValueWriter writer;
  write(writer, value);
  return writer.release();
}

}  // namespace quickclinic::json
