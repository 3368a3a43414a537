#include "chat/conversation.hpp"

#include "base/error_table.hpp"
#include "chat/message_id.hpp"
#include "chat/text.hpp"

#include <array>

namespace quickclinic::chat {
namespace {

constexpr std::array entries = {
    ErrorEntry{static_cast<int>(ConversationError::not_a_member), "Unauthorized",
               Condition::forbidden},
    ErrorEntry{static_cast<int>(ConversationError::bad_client_message_id),
               "malformed clientMessageId", Condition::bad_request},
};

}  // namespace

std::error_code make_error_code(ConversationError error) noexcept {
  static const ErrorTable table("conversation", entries);
  return {static_cast<int>(error), table};
}

Result<Conversation> Conversation::open(const Membership& membership, const UserId& user) {
  Conversation conversation;
  conversation.relation_ = membership.relation.id;
  const Member doctor{membership.relation.doctor, membership.doctor.name, Role::doctor};
  const Member patient{membership.relation.patient, membership.patient.name, Role::patient};
  if (user == doctor.id) {
    conversation.self_ = doctor;
    conversation.other_ = patient;
  } else if (user == patient.id) {
    conversation.self_ = patient;
    conversation.other_ = doctor;
  } else {
    return fail(ConversationError::not_a_member);
  }
  return conversation;
}

bool Conversation::rename(const UserId& member, const std::string& name) {
  Member& person = member == self_.id ? self_ : other_;
  if (person.id != member || person.name == name) return false;
  person.name = name;
  return true;
}

Result<Draft> draft(const Conversation& conversation, std::string_view text,
                    std::optional<std::string_view> client_message_id,
                    std::size_t code_points_max) {
  Result<std::string> normal = normalise_text(text, code_points_max);
  if (!normal) return std::unexpected(normal.error());
  if (!client_message_id) return Draft{new_message_id(), std::move(*normal), std::nullopt};
  if (!is_valid_client_message_id(*client_message_id))
    return fail(ConversationError::bad_client_message_id);
  ClientMessageId client_id(*client_message_id);
  MessageId id = derived_message_id(conversation.relation(), conversation.self().id, client_id);
  return Draft{std::move(id), std::move(*normal), std::move(client_id)};
}

}  // namespace quickclinic::chat
