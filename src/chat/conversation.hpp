#pragma once

#include "base/result.hpp"
#include "chat/model.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace quickclinic::chat {

enum class ConversationError {
  not_a_member = 1,       ///< the relation is there, and somebody else's
  bad_client_message_id,  ///< a name for a message that no name may look like
};
std::error_code make_error_code(ConversationError error) noexcept;

/// One of the two people of a conversation.
struct Member {
  UserId id;
  std::string name;
  Role side = Role::patient;  ///< `doctor` or `patient`, by the side of the relation
};

/// A relation and its people, as one of them sees it. A plain value, made when a member comes in.
class Conversation {
 public:
  /// `not_a_member` unless `user` is one of the two.
  static Result<Conversation> open(const Membership& membership, const UserId& user);

  const RelationId& relation() const noexcept { return relation_; }
  const Member& self() const noexcept { return self_; }
  const Member& other() const noexcept { return other_; }
  /// The one of the two that `member` is not.
  const Member& partner(const UserId& member) const noexcept {
    return member == self_.id ? other_ : self_;
  }
  /// Takes over somebody's present name. False when it is the one that is known.
  bool rename(const UserId& member, const std::string& name);
  /// Who wrote a message of this relation. The side of a person who is not in it any more is theirs
  /// who is.
  const Member& author(const UserId& sender) const noexcept {
    return sender == self_.id ? self_ : other_;
  }

 private:
  RelationId relation_;
  Member self_;
  Member other_;
};

/// Shared by whoever deals with the people of a message on its way, on any shard; who learns a new
/// name makes a new one.
using ConversationPtr = std::shared_ptr<const Conversation>;

/// What a member wants to send, checked: the text as it will be stored, and the id that it will
/// have.
struct Draft {
  MessageId id;
  std::string text;
  std::optional<ClientMessageId> client_id;
};

/// Checks a text and the sender's own name for it. Fails with a `TextError` or
/// `bad_client_message_id`.
Result<Draft> draft(const Conversation& conversation, std::string_view text,
                    std::optional<std::string_view> client_message_id, std::size_t code_points_max);

}  // namespace quickclinic::chat

template <>
struct std::is_error_code_enum<quickclinic::chat::ConversationError> : std::true_type {};
