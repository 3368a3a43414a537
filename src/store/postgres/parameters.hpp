#pragma once

#include "base/clock.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::postgres {

/// The parameters of one statement in PostgreSQL's binary formats, by value. Not for SQL text:
/// nothing of a parameter is ever parsed.
class Parameters {
 public:
  Parameters& text(std::string_view value);
  Parameters& optional_text(const std::optional<std::string>& value);
  Parameters& number(std::int64_t value);
  Parameters& boolean(bool value);
  Parameters& time(WallTime value);  ///< timestamp without time zone, UTC
  Parameters& time(std::optional<WallTime> value);
  Parameters& null_text();
  /// Only this.
  static Parameters one_text(std::string_view value);
  /// `text[]` of what `view` makes of each element.
  template <class Range, class View>
  Parameters& texts(const Range& values, View view) {
    begin_array(Element::text, values.size());
    for (const auto& value : values) add_element(view(value));
    end();
    return *this;
  }
  template <class Range>
  Parameters& texts(const Range& values) {
    return texts(values, [](const auto& value) -> std::string_view {
      if constexpr (requires { value.text(); }) {
        return value.text();
      } else {
        return value;
      }
    });
  }
  /// `bigint[]` and `timestamp[]` in the same way.
  template <class Range, class View>
  Parameters& numbers(const Range& values, View view) {
    begin_array(Element::number, values.size());
    for (const auto& value : values) add_element(std::int64_t{view(value)});
    end();
    return *this;
  }
  template <class Range, class View>
  Parameters& times(const Range& values, View view) {
    begin_array(Element::time, values.size());
    for (const auto& value : values) add_element(WallTime{view(value)});
    end();
    return *this;
  }

  // As libpq wants them. The pointers hold until the next change.
  int count() const noexcept { return static_cast<int>(slots_.size()); }
  const std::vector<unsigned>& types() const noexcept { return types_; }
  std::vector<const char*> values() const;
  std::vector<int> lengths() const;
  std::vector<int> formats() const { return std::vector<int>(slots_.size(), 1); }

 private:
  enum class Element { text, number, time };
  struct Slot {
    std::size_t begin = 0;
    std::size_t size = 0;
    bool null = false;
  };

  void begin(unsigned type);
  void end();
  void begin_array(Element element, std::size_t size);
  void add_element(std::string_view bytes);
  void add_element(std::int64_t number);
  void add_element(WallTime time);
  Parameters& add_null(unsigned type);
  template <std::unsigned_integral Number>
  void append(Number number);

  std::string bytes_;
  std::vector<Slot> slots_;
  std::vector<unsigned> types_;
};

}  // namespace quickclinic::postgres
