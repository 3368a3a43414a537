#include "base/log.hpp"

#include "base/clock.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <atomic>
#include <memory>

namespace quickclinic::log {
namespace {

constexpr std::array<std::string_view, 6> level_names = {"trace", "debug", "info",
                                                         "warn",  "error", "off"};

std::atomic<Level> current_level = Level::info;
std::atomic<Format> current_format = Format::text;

spdlog::logger& sink() {
  static const auto logger = [] {
    auto made = std::make_shared<spdlog::logger>("quickclinic",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->set_level(spdlog::level::trace);
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return *logger;
}

// JSON string escapes, which also keep a text line on one line. Bytes from 0x80 pass: the input is
// UTF-8 or ours.
void append_escaped(std::string& out, std::string_view text) {
  static constexpr char digits[] = "0123456789abcdef";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte < 0x20U || byte == 0x7FU) {
      out += "\\u00";
      out.push_back(digits[byte >> 4U]);
      out.push_back(digits[byte & 15U]);
    } else {
      out.push_back(c);
    }
  }
}

void append_quoted(std::string& out, std::string_view text) {
  out.push_back('"');
  append_escaped(out, text);
  out.push_back('"');
}

bool is_plain(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20U || byte == 0x7FU || c == '"' || c == '\\' || c == '=') return false;
  }
  return true;
}

void append_value(std::string& out, const Field& field, Format format) {
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    if (format == Format::text && is_plain(*text)) {
      out += *text;
    } else {
      append_quoted(out, *text);
    }
  } else if (const auto* integer = std::get_if<std::int64_t>(&field.value)) {
    out += std::to_string(*integer);
  } else if (const auto* number = std::get_if<double>(&field.value)) {
    out += fmt::format("{:.6g}", *number);
  } else {
    out += std::get<bool>(field.value) ? "true" : "false";
  }
}

}  // namespace

void configure(Options options) {
  current_level = options.level;
  current_format = options.format;
}

bool enabled(Level level) noexcept {
  return level >= current_level.load(std::memory_order_relaxed);
}

std::optional<Level> parse_level(std::string_view name) {
  for (std::size_t i = 0; i < level_names.size(); ++i) {
    if (level_names[i] == name) return static_cast<Level>(i);
  }
  return std::nullopt;
}

std::optional<Format> parse_format(std::string_view name) {
  if (name == "text") return Format::text;
  if (name == "json") return Format::json;
  return std::nullopt;
}

std::string render(Format format, Level level, std::string_view time, std::string_view event,
                   std::initializer_list<Field> fields) {
  const std::string_view name = level_names[static_cast<std::size_t>(level)];
  std::string line;
  if (format == Format::text) {
    line.append(time).append(" ").append(name).append(name.size() == 4 ? "  " : " ");
    append_escaped(line, event);
    for (const Field& field : fields) {
      line.append(" ").append(field.key).append("=");
      append_value(line, field, format);
    }
    return line;
  }
  line.append("{\"time\":\"")
      .append(time)
      .append("\",\"level\":\"")
      .append(name)
      .append("\",\"event\":");
  append_quoted(line, event);
  for (const Field& field : fields) {
    line.append(",\"").append(field.key).append("\":");
    append_value(line, field, format);
  }
  line.push_back('}');
  return line;
}

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
  if (!enabled(level)) return;
  sink().info(render(current_format, level, iso8601(wall_now()), event, fields));
}

}  // namespace quickclinic::log
