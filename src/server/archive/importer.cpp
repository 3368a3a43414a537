#include "server/archive/importer.hpp"

#include "server/archive/archive_file.hpp"

#include <algorithm>
#include <string>

namespace quickclinic::server {

using chat::Imported;

Task<Importer::Report> Importer::run() {
  std::string line;
  std::int64_t number = 0;
  while (std::getline(input_, line)) {
    ++number;
    if (const auto end = archive_end(line)) {
      report_.complete = *end == report_.lines;
      continue;
    }
    report_.complete = false;
    if (line.empty()) continue;
    ++report_.lines;
    if (line.size() > line_bytes_max) {
      leave_out(number, "it is too long");
      continue;
    }
    auto record = chat::read_archive_line(line);
    if (!record) {
      leave_out(number, record.error().context);
      continue;
    }
    Result<> taken = co_await take(number, std::move(*record));
    if (!taken) co_return std::unexpected(taken.error());
  }
  Result<> brought = co_await bring_all();
  if (!brought) co_return std::unexpected(brought.error());
  for (const chat::RelationId& relation : conversations_) {
    Result<> counted = co_await archive_.count_again(relation);
    if (!counted) co_return std::unexpected(counted.error());
  }
  co_return report_;
}

// Records of one type are gathered; whatever comes behind them may refer to them.
Task<> Importer::take(std::int64_t line, chat::ArchiveRecord record) {
  constexpr auto batch_max = static_cast<std::size_t>(chat::Archive::piece);
  if (waiting_ >= batch_max || (waiting_ > 0 && record.index() != type_)) {
    Result<> brought = co_await bring_all();
    if (!brought) co_return brought;
    done_(line);
  }
  type_ = record.index();
  ++waiting_;
  if (auto* user = std::get_if<chat::ArchivedUser>(&record)) {
    users_.emplace_back(line, std::move(*user));
  } else if (auto* relation = std::get_if<chat::ArchivedRelation>(&record)) {
    relations_.emplace_back(line, std::move(*relation));
  } else if (auto* message = std::get_if<chat::ArchivedMessage>(&record)) {
    conversations_.insert(message->message.relation);
    messages_.emplace_back(line, std::move(*message));
  } else if (auto* mark = std::get_if<chat::ArchivedMark>(&record)) {
    conversations_.insert(mark->relation);
    marks_.emplace_back(line, std::move(*mark));
  } else if (auto* told = std::get_if<chat::ArchivedNotification>(&record)) {
    notifications_.emplace_back(line, std::move(*told));
  } else {
    holds_.emplace_back(line, std::get<chat::Hold>(std::move(record)));
  }
  co_return Result<>();
}

Task<> Importer::bring_all() {
  waiting_ = 0;
  Result<> brought = co_await bring(users_);
  if (brought) brought = co_await bring(relations_);
  if (brought) brought = co_await bring(messages_);
  if (brought) brought = co_await bring(marks_);
  if (brought) brought = co_await bring(notifications_);
  if (brought) brought = co_await bring_holds();
  co_return brought;
}

template <class Record>
Task<> Importer::bring(Batch<Record>& batch) {
  if (batch.empty()) co_return Result<>();
  std::vector<Record> records;
  for (auto& [line, record] : batch) records.push_back(std::move(record));
  auto outcomes = co_await archive_.import(std::move(records));
  if (!outcomes) co_return std::unexpected(outcomes.error());
  for (std::size_t i = 0; i < outcomes->size(); ++i) note(batch[i].first, (*outcomes)[i]);
  batch.clear();
  co_return Result<>();
}

Task<> Importer::bring_holds() {
  if (holds_.empty()) co_return Result<>();
  auto present = co_await archive_.holds();
  if (!present) co_return std::unexpected(present.error());
  for (auto& [line, hold] : holds_) {
    const bool known = std::ranges::any_of(*present, [&hold](const chat::Hold& each) {
      return each.what == hold.what && each.id == hold.id;
    });
    if (!known) {
      Result<> set = co_await archive_.set_hold(hold);
      if (!set) co_return set;
    }
    note(line, known ? Imported::known : Imported::added);
  }
  holds_.clear();
  co_return Result<>();
}

void Importer::note(std::int64_t line, Imported outcome) {
  switch (outcome) {
    case Imported::added:
      ++report_.added;
      break;
    case Imported::known:
      ++report_.known;
      break;
    case Imported::invalid:
      leave_out(line, "what it refers to is not there, or the database does not take it");
      break;
    case Imported::taken:
      leave_out(line, "its address or its pair of people is another record's");
      break;
  }
}

void Importer::leave_out(std::int64_t line, std::string_view why) {
  ++report_.left_out;
  left_out_(line, why);
}

}  // namespace quickclinic::server
