#include "server/settings/dotenv.hpp"

#include <optional>
#include <string>

namespace quickclinic::settings {
namespace {

constexpr std::string_view blank = " \t\v\f";

bool is_key_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

std::string with_plain_line_ends(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r') {
      out.push_back('\n');
      if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

std::string with_escapes_expanded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = text[i] == '\\' && i + 1 < text.size() ? text[i + 1] : '\0';
    if (next == 'n' || next == 'r') {
      out.push_back(next == 'n' ? '\n' : '\r');
      ++i;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

/// Walks over the text, line by line but for quoted values, which may hold line ends.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  SettingMap read() {
    SettingMap values;
    while (!rest_.empty()) {
      if (auto key = read_key()) values.insert_or_assign(std::move(*key), read_value());
      skip_line();
    }
    return values;
  }

 private:
  void skip_blank() {
    const std::size_t count = rest_.find_first_not_of(blank);
    rest_.remove_prefix(count == std::string_view::npos ? rest_.size() : count);
  }

  void skip_line() {
    const std::size_t end = rest_.find('\n');
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
  }

  std::string_view take_word() {
    std::size_t length = 0;
    while (length < rest_.size() && is_key_letter(rest_[length])) ++length;
    const std::string_view word = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return word;
  }

  /// The name before an equals sign, which is taken too.
  std::optional<std::string> read_key() {
    skip_blank();
    std::string_view word = take_word();
    skip_blank();
    if (word == "export" && !rest_.starts_with('=')) {
      word = take_word();
      skip_blank();
    }
    if (word.empty() || !rest_.starts_with('=')) return std::nullopt;
    rest_.remove_prefix(1);
    return std::string(word);
  }

  std::string read_value() {
    skip_blank();
    if (auto quoted = read_quoted()) return std::move(*quoted);
    std::string_view value = rest_.substr(0, rest_.find_first_of("#\n"));
    const std::size_t last = value.find_last_not_of(blank);
    return std::string(value.substr(0, last == std::string_view::npos ? 0 : last + 1));
  }

  /// Nothing unless a quoted value stands here with nothing but a comment behind it.
  std::optional<std::string> read_quoted() {
    const char quote = rest_.empty() ? '\0' : rest_.front();
    if (quote != '"' && quote != '\'' && quote != '`') return std::nullopt;
    std::size_t end = rest_.find(quote, 1);
    while (end != std::string_view::npos && rest_[end - 1] == '\\')
      end = rest_.find(quote, end + 1);
    if (end == std::string_view::npos) return std::nullopt;
    const std::size_t next = rest_.find_first_not_of(blank, end + 1);
    if (next != std::string_view::npos && rest_[next] != '#' && rest_[next] != '\n') {
      return std::nullopt;
    }
    const std::string_view inner = rest_.substr(1, end - 1);
    std::string value = quote == '"' ? with_escapes_expanded(inner) : std::string(inner);
    rest_.remove_prefix(end + 1);
    return value;
  }

  std::string_view rest_;
};

}  // namespace

SettingMap parse_dotenv(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  return Reader(with_plain_line_ends(text)).read();
}

}  // namespace quickclinic::settings
