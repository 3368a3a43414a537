#include "chat/message_id.hpp"
#include "store/memory/memory_store.hpp"

#include <algorithm>
#include <tuple>

namespace quickclinic::store {

using chat::StoreError;

std::vector<chat::Notification> MemoryStore::notifications() {
  const std::lock_guard lock(mutex_);
  return notifications_;
}

void MemoryStore::add_appointment(chat::Appointment appointment, std::string doctor_row) {
  const std::lock_guard lock(mutex_);
  appointments_.emplace_back(std::move(doctor_row), std::move(appointment));
}

Task<chat::Notification> MemoryStore::add_notification(chat::NewNotification notification) {
  co_return locked<chat::Notification>([&]() -> Result<chat::Notification> {
    if (std::ranges::find(users_, notification.user, &chat::User::id) == users_.end()) {
      return fail(StoreError::not_found, "no such user");
    }
    notifications_.push_back({.id = chat::NotificationId(chat::new_row_id()),
                              .user = std::move(notification.user),
                              .message = std::move(notification.message),
                              .action_href = std::move(notification.action_href),
                              .action_label = std::move(notification.action_label),
                              .is_read = false,
                              .created_at = now_()});
    return notifications_.back();
  });
}

Task<chat::Appointment> MemoryStore::find_appointment(std::string doctor,
                                                      chat::AppointmentId appointment) {
  co_return locked<chat::Appointment>([&]() -> Result<chat::Appointment> {
    for (const auto& [doctor_row, found] : appointments_) {
      const bool theirs = doctor == doctor_row || doctor == found.doctor.text();
      if (theirs && found.id == appointment) return found;
    }
    return fail(StoreError::not_found, "no such appointment");
  });
}

chat::RelationSummary MemoryStore::summary_of(const Conversation& conversation,
                                              const chat::UserId& user) const {
  const auto name_of = [this](const chat::UserId& id) {
    return std::ranges::find(users_, id, &chat::User::id)->name;
  };
  const auto mark = conversation.marks.find(user);
  const std::size_t read = mark == conversation.marks.end() ? 0 : mark->second.position + 1;
  chat::RelationSummary summary{.relation = conversation.relation,
                                .doctor_name = name_of(conversation.relation.doctor),
                                .patient_name = name_of(conversation.relation.patient),
                                .last = std::nullopt,
                                .unread = 0};
  for (std::size_t i = read; i < conversation.messages.size(); ++i) {
    if (conversation.messages[i].sender != user) ++summary.unread;
  }
  if (!conversation.messages.empty()) summary.last = conversation.messages.back();
  return summary;
}

Task<std::vector<chat::RelationSummary>> MemoryStore::relations_of(chat::UserId user,
                                                                   std::optional<chat::Role> side) {
  using Summaries = std::vector<chat::RelationSummary>;
  co_return locked<Summaries>([&]() -> Result<Summaries> {
    Summaries summaries;
    for (const auto& [id, conversation] : conversations_) {
      const chat::Relation& pair = conversation.relation;
      const bool as_doctor = pair.doctor == user && side != chat::Role::patient;
      const bool as_patient = pair.patient == user && side != chat::Role::doctor;
      if (as_doctor || as_patient) summaries.push_back(summary_of(conversation, user));
    }
    std::ranges::sort(summaries, std::greater(), [](const chat::RelationSummary& summary) {
      const WallTime last = summary.last ? summary.last->created_at : WallTime::min();
      return std::tuple(last, summary.relation.created_at);
    });
    if (summaries.size() > static_cast<std::size_t>(chat::relations_max)) {
      summaries.resize(static_cast<std::size_t>(chat::relations_max));
    }
    return summaries;
  });
}

}  // namespace quickclinic::store
