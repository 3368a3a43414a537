#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct redisReader;

namespace quickclinic::redis {

/// One answer or message of a Redis server.
struct Reply {
  enum class Kind { text, error, integer, nothing, list };

  Kind kind = Kind::nothing;
  std::int64_t number = 0;  ///< of an integer
  std::string text;         ///< of a text; of an error, which begins with a word in capitals
  std::vector<Reply> items;

  bool is_error() const noexcept { return kind == Kind::error; }
  bool is_list(std::size_t least_items) const noexcept {
    return kind == Kind::list && items.size() >= least_items;
  }
  /// The first word of an error: `MOVED`, `NOAUTH` …
  std::string_view error_code() const noexcept {
    return std::string_view(text).substr(0, text.find(' '));
  }
};

/// Cuts what a server sends into replies, by hiredis' reader of RESP2. Not thread-safe.
class ReplyReader {
 public:
  struct Limits {
    /// Of one reply. Redis itself keeps no more than 32 MB for a subscriber.
    std::size_t bytes_max = 64UL << 20U;
    std::size_t items_max = 1UL << 20U;
  };

  ReplyReader() : ReplyReader(Limits{}) {}
  explicit ReplyReader(Limits limits);
  ~ReplyReader();
  ReplyReader(const ReplyReader&) = delete;
  ReplyReader& operator=(const ReplyReader&) = delete;

  /// Takes the next bytes. After a failure, of this or of `next`, the connection cannot be used any
  /// more.
  Result<> feed(std::string_view bytes);
  /// The next reply that has come whole, if any.
  Result<std::optional<Reply>> next();

 private:
  struct Free {
    void operator()(redisReader* reader) const noexcept;
  };

  Limits limits_;
  std::size_t items_left_;
  std::unique_ptr<redisReader, Free> reader_;
};

/// Adds a command to what is to be sent.
template <class Words>
void append_command(std::string& out, const Words& words) {
  out += '*';
  out += std::to_string(words.size());
  out += "\r\n";
  for (const std::string_view word : words) {
    out += '$';
    out += std::to_string(word.size());
    out += "\r\n";
    out += word;
    out += "\r\n";
  }
}

}  // namespace quickclinic::redis
