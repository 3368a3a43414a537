#pragma once

#include "base/strong_id.hpp"
#include "json/json.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>

#include <concepts>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

/// JSON from and to C++ types, without code for each of them:
///
///     struct SendMessage {
///       std::string text;
///       std::optional<std::string> clientMessageId;
///     };
///     BOOST_DESCRIBE_STRUCT(SendMessage, (), (text, clientMessageId))
///
///     Result<SendMessage> message = json::read<SendMessage>(value);
///     std::string text = json::to_text(*message);
///
/// - bool, double, std::string: boolean, number, string
/// - integers: a whole number in the type's range; `2.0` counts as 2
/// - an enum with BOOST_DESCRIBE_ENUM: the enumerator's name
/// - a struct with BOOST_DESCRIBE_STRUCT: an object; members that nobody described are ignored
/// - std::optional<T>: T or null; a member may be missing, and is left out when it is empty
/// - std::vector<T>: an array; std::map<std::string, T>: an object; a StrongId: a string
/// - json::Value, Object, Array: as they are
/// - json::Bytes: something that stands for binary, where there is such a thing
///   (`socketio/arguments.hpp`)
///
/// A member that is no std::optional has to be there. Any other type takes part by a specialisation
/// of `json::Codec`.
namespace quickclinic::json {

/// How a type that is not in the table above is read and written:
///
///     template <>
///     struct quickclinic::json::Codec<Colour> {
///       static bool read(Reader& reader, const Value& value, Colour& out);
///       static void write(Writer& writer, const Colour& value);
///     };
template <class T>
struct Codec;

namespace detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;

template <class T>
inline constexpr bool is_map = false;
template <class... Rest>
inline constexpr bool is_map<std::map<std::string, Rest...>> = true;
template <class... Rest>
inline constexpr bool is_map<std::unordered_map<std::string, Rest...>> = true;

template <class T>
inline constexpr bool is_strong_id = false;
template <class Tag>
inline constexpr bool is_strong_id<StrongId<Tag>> = true;

template <class T>
concept Character = std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
                    std::same_as<T, char16_t> || std::same_as<T, char32_t>;

template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool> && !Character<T>;

template <class T>
concept DescribedStruct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

template <class T>
concept DescribedEnum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

template <class T>
concept Json = std::same_as<T, Value> || std::same_as<T, Object> || std::same_as<T, Array>;

template <class T>
concept Coded = requires {
  &Codec<T>::read;
  &Codec<T>::write;
};

/// Text, borrowed or owned: can be written, and only when owned be read.
template <class T>
concept Text = std::convertible_to<const T&, std::string_view>;

template <class T>
using MembersOf = boost::describe::describe_members<T, boost::describe::mod_public |
                                                           boost::describe::mod_inherited>;

/// Looks through containers. A struct counts as it is, for it may hold itself; its members are
/// looked at when the code for it is made.
template <class T>
constexpr bool is_supported() {
  if constexpr (is_optional<T>) {
    return is_supported<typename T::value_type>();
  } else if constexpr (is_vector<T>) {
    return is_supported<typename T::value_type>();
  } else if constexpr (is_map<T>) {
    return is_supported<typename T::mapped_type>();
  } else {
    return Coded<T> || Integer<T> || Json<T> || DescribedStruct<T> || DescribedEnum<T> ||
           is_strong_id<T> || std::same_as<T, bool> || std::same_as<T, double> ||
           std::same_as<T, std::string> || std::same_as<T, Bytes>;
  }
}

}  // namespace detail

/// What can be read from JSON: a type of the table above, by value and without const.
template <class T>
concept Readable = detail::is_supported<T>();

/// What can be written as JSON: the same, and borrowed text and nullptr.
template <class T>
concept Writable = Readable<T> || detail::Text<T> || std::same_as<T, std::nullptr_t>;

}  // namespace quickclinic::json
