#pragma once

#include "chat/conversation.hpp"
#include "chat/inbox.hpp"
#include "chat/overview.hpp"
#include "chat/store.hpp"
#include "json/json.hpp"

#include <string>

/// The JSON of the HTTP API, exactly as the contract's section 5 gives it.
namespace quickclinic::server::api {

/// `{ id, name, email, role }`.
json::Object user(const chat::User& user);

std::string relation(const chat::AddedRelation& relation);
/// With `with_text` false the newest messages themselves are left out: the list is for somebody who
/// may know of the conversations, but not read them.
std::string relations(const std::vector<chat::RelationSummary>& summaries, bool with_text);

/// `{ chat }`.
std::string chat(const chat::Message& message, const chat::Member& author);
/// `{ chats, pagination }`, and with `with_read_state` a `readState` as the event
/// `initial_messages` has it.
std::string chats(const chat::MessagePage& page, const chat::PageRequest& request,
                  const chat::Conversation& conversation, bool with_read_state);

json::Object notification(const chat::Notification& notification);
json::Object appointment(const chat::Appointment& appointment);

}  // namespace quickclinic::server::api
