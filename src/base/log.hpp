#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// One line per event: a fixed sentence and named values. There is no formatting of arbitrary
/// types, so a token, a name or a message's text gets into a log only by somebody turning it into a
/// string for that purpose. Do not.
///
/// May be called from any thread; writes to standard error.
namespace quickclinic::log {

enum class Level { trace, debug, info, warn, error, off };
enum class Format { text, json };

struct Options {
  Level level = Level::info;
  Format format = Format::text;
};

/// Sets level and format for the whole process. Before it, `info` and `text` hold.
void configure(Options options);
bool enabled(Level level) noexcept;

std::optional<Level> parse_level(std::string_view name);
std::optional<Format> parse_format(std::string_view name);

/// A named value of a log line. Text is escaped on the way out, so that no value can begin a line
/// of its own.
struct Field {
  std::string_view key;
  std::variant<std::string_view, std::int64_t, double, bool> value;

  Field(std::string_view name, std::string_view text) : key(name), value(text) {}
  Field(std::string_view name, const std::string& text)
      : key(name), value(std::string_view(text)) {}
  Field(std::string_view name, const char* text) : key(name), value(std::string_view(text)) {}
  Field(std::string_view name, bool flag) : key(name), value(flag) {}
  Field(std::string_view name, double number) : key(name), value(number) {}
  template <std::integral Number>
    requires(!std::same_as<Number, bool>)
  Field(std::string_view name, Number number)
      : key(name), value(static_cast<std::int64_t>(number)) {}
};

void write(Level level, std::string_view event, std::initializer_list<Field> fields);

inline void debug(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::debug, event, fields);
}
inline void info(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::info, event, fields);
}
inline void warn(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::warn, event, fields);
}
inline void error(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::error, event, fields);
}

/// The line that `write` would print, without its line end. For tests.
std::string render(Format format, Level level, std::string_view time, std::string_view event,
                   std::initializer_list<Field> fields);

}  // namespace quickclinic::log
