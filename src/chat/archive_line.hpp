#pragma once

#include "base/result.hpp"
#include "chat/archive.hpp"

#include <string>
#include <string_view>
#include <variant>

/// An archive as text: one record a line, each a JSON object with a `type` (docs/import-export.md).
namespace quickclinic::chat {

using ArchiveRecord = std::variant<ArchivedUser, ArchivedRelation, ArchivedMessage, ArchivedMark,
                                   ArchivedNotification, Hold>;

/// The line of a record, with its end. The same record is always the same line.
std::string archive_line(const ArchiveRecord& record);

/// Reads what `archive_line` writes; members that it does not know are left aside. The error's
/// context says what is wrong and quotes nothing of the line.
Result<ArchiveRecord> read_archive_line(std::string_view line);

}  // namespace quickclinic::chat
