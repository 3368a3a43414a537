#include "server/archive/archive_file.hpp"

#include "json/json.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <utility>

namespace quickclinic::server {

std::optional<std::int64_t> archive_end(std::string_view line) {
  if (!line.starts_with(R"({"type":"end")")) return std::nullopt;
  const auto value = json::parse(line);
  if (!value || !value->is_object()) return std::nullopt;
  const json::Value* lines = value->get_object().if_contains("lines");
  if (!lines || !lines->is_int64()) return std::nullopt;
  return lines->get_int64();
}

Result<ArchiveFile> ArchiveFile::open(const std::string& path, Begin begin) {
  if (path.empty()) return ArchiveFile(stdout, "standard output");
  const int how = begin == Begin::anew ? O_CREAT | O_EXCL : O_CREAT;
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC | how, S_IRUSR | S_IWUSR);
  if (descriptor < 0) {
    const bool there = errno == EEXIST;
    return fail(Condition::unavailable,
                there ? path + " is there already; --resume goes on behind what it holds"
                      : "cannot write " + path + ": " + std::strerror(errno));
  }
  ArchiveFile file(::fdopen(descriptor, "r+"), path);
  if (begin == Begin::further) {
    if (auto looked = file.look_through(); !looked) return std::unexpected(looked.error());
  }
  return file;
}

Result<> ArchiveFile::look_through() {
  std::ifstream before(name_);
  std::string line;
  std::string last;
  off_t end = 0;
  while (std::getline(before, line)) {
    if (before.eof()) break;  // it has no end: the export was cut off in it
    end += static_cast<off_t>(line.size()) + 1;
    complete_ = archive_end(line).has_value();
    if (complete_) break;
    ++lines_;
    last = std::move(line);
  }
  if (!last.empty()) {
    auto record = chat::read_archive_line(last);
    if (!record) return fail(Condition::bad_request, name_ + " is no export of quickclinic");
    last_ = std::move(*record);
  }
  if (::ftruncate(::fileno(file_.get()), end) != 0 || ::fseeko(file_.get(), end, SEEK_SET) != 0) {
    return failed();
  }
  return {};
}

Result<> ArchiveFile::write(const chat::ArchiveRecord& record) {
  ++lines_;
  return put(chat::archive_line(record));
}

Result<> ArchiveFile::finish() {
  if (!complete_) {
    auto written = put(R"({"type":"end","lines":)" + std::to_string(lines_) + "}\n");
    if (!written) return written;
  }
  complete_ = true;
  if (std::fflush(file_.get()) != 0) return failed();
  if (file_.get() != stdout && ::fsync(::fileno(file_.get())) != 0) return failed();
  return {};
}

Result<> ArchiveFile::put(const std::string& line) {
  if (std::fwrite(line.data(), 1, line.size(), file_.get()) != line.size()) return failed();
  return {};
}

std::unexpected<Error> ArchiveFile::failed() const {
  return fail(Condition::unavailable, "cannot write " + name_ + ": " + std::strerror(errno));
}

}  // namespace quickclinic::server
