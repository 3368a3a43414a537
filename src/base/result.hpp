#pragma once

#include <system_error>

#include <expected>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace quickclinic {

/// What an error means to whoever asked, whichever layer it came from. Every layer's error codes
/// compare equal to one of these, and only `server/error_reply.cpp` turns them into HTTP statuses
/// and acknowledgement codes.
enum class Condition {
  bad_request = 1,
  unauthenticated,
  forbidden,
  not_found,
  conflict,
  too_large,
  rate_limited,
  timeout,
  unavailable,
  internal,
};

const std::error_category& condition_category() noexcept;
std::error_condition make_error_condition(Condition condition) noexcept;
/// The condition's name on the wire: `bad_request`, `not_found`, …
std::string_view to_code(Condition condition) noexcept;

/// Why something failed: a code of the layer that noticed, and a few words for the log. The context
/// never holds a message's text, a name or a token.
struct Error {
  std::error_code code;
  std::string context;

  Error(std::error_code error, std::string words = {}) : code(error), context(std::move(words)) {}

  /// From any layer's error enumeration.
  template <class Enum>
    requires std::is_error_code_enum_v<Enum>
  Error(Enum value,
        std::string words = {})  // NOLINT(google-explicit-constructor): an enum is an error
      : code(make_error_code(value)), context(std::move(words)) {}

  /// The condition of the code; `internal` when its layer names none.
  Condition condition() const noexcept;
  /// "message of the code: context", for logs.
  std::string describe() const;
};

template <class T = void>
using Result = std::expected<T, Error>;

/// Shorthand for `std::unexpected(Error(code, words))`.
template <class Enum>
std::unexpected<Error> fail(Enum value, std::string words = {}) {
  return std::unexpected(Error(value, std::move(words)));
}

/// The same for a program without error codes of its own: the condition is all there is to say
/// beside the words.
std::unexpected<Error> fail(Condition condition, std::string words = {});

}  // namespace quickclinic

template <>
struct std::is_error_condition_enum<quickclinic::Condition> : std::true_type {};
