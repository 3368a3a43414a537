#pragma once

#include "base/result.hpp"
#include "chat/archive_line.hpp"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace quickclinic::server {

/// Where an export goes: a file that its owner alone can read, or standard output. Its last line
/// says how many stand before it, so that a copy that was cut off is noticed. Errors are sentences.
class ArchiveFile {
 public:
  enum class Begin {
    anew,    ///< there may be no such file
    further  ///< behind what an interrupted export has left; a line that was cut off goes
  };

  /// `path` empty: standard output.
  static Result<ArchiveFile> open(const std::string& path, Begin begin);

  /// The last record of the export before.
  const std::optional<chat::ArchiveRecord>& last() const noexcept { return last_; }
  /// Whether the export before came to its end.
  bool complete() const noexcept { return complete_; }
  std::int64_t lines() const noexcept { return lines_; }

  Result<> write(const chat::ArchiveRecord& record);
  /// Writes the last line, and waits until everything is on the disk.
  Result<> finish();

 private:
  struct Close {
    void operator()(std::FILE* file) const noexcept {
      if (file != stdout) std::fclose(file);
    }
  };
  ArchiveFile(std::FILE* file, std::string name) : file_(file), name_(std::move(name)) {}

  Result<> look_through();
  Result<> put(const std::string& line);
  std::unexpected<Error> failed() const;

  std::unique_ptr<std::FILE, Close> file_;
  std::string name_;
  std::optional<chat::ArchiveRecord> last_;
  bool complete_ = false;
  std::int64_t lines_ = 0;
};

/// The number in the last line of an export; nothing for any other line.
std::optional<std::int64_t> archive_end(std::string_view line);

}  // namespace quickclinic::server
