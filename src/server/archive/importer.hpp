#pragma once

#include "base/task.hpp"
#include "chat/archive.hpp"
#include "chat/archive_line.hpp"

#include <cstdint>
#include <functional>
#include <istream>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace quickclinic::server {

/// Brings an archive in, line by line. What is there already stays as it is, so that an import that
/// stopped is simply run again. A line that cannot be brought in is reported and left out.
class Importer {
 public:
  struct Report {
    std::int64_t lines = 0;
    std::int64_t added = 0;
    std::int64_t known = 0;
    std::int64_t left_out = 0;
    bool complete = false;  ///< the archive has its last line, and that tells the right number
  };
  /// Hears why a line was left out.
  using LeftOut = std::function<void(std::int64_t line, std::string_view why)>;
  /// Hears now and then how many lines are done.
  using Done = std::function<void(std::int64_t lines)>;

  /// `input` and `archive` outlive the task.
  Importer(chat::Archive& archive, std::istream& input, LeftOut left_out, Done done)
      : archive_(archive), input_(input), left_out_(std::move(left_out)), done_(std::move(done)) {}

  Task<Report> run();

 private:
  /// Longer ones are no record of ours: a message has 4000 characters.
  static constexpr std::size_t line_bytes_max = 1'000'000;

  template <class Record>
  using Batch = std::vector<std::pair<std::int64_t, Record>>;

  Task<> take(std::int64_t line, chat::ArchiveRecord record);
  Task<> bring_all();
  template <class Record>
  Task<> bring(Batch<Record>& batch);
  Task<> bring_holds();
  void note(std::int64_t line, chat::Imported outcome);
  void leave_out(std::int64_t line, std::string_view why);

  chat::Archive& archive_;
  std::istream& input_;
  LeftOut left_out_;
  Done done_;
  Report report_;
  std::size_t type_ = 0;  // of the records that wait; all of them are of one
  std::size_t waiting_ = 0;
  Batch<chat::ArchivedUser> users_;
  Batch<chat::ArchivedRelation> relations_;
  Batch<chat::ArchivedMessage> messages_;
  Batch<chat::ArchivedMark> marks_;
  Batch<chat::ArchivedNotification> notifications_;
  Batch<chat::Hold> holds_;
  std::set<chat::RelationId> conversations_;  // to be counted again
};

}  // namespace quickclinic::server
