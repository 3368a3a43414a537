#pragma once

#include "base/task.hpp"
#include "chat/model.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quickclinic::chat {

/// A relation as it stands in the list of one of its members.
struct RelationSummary {
  Relation relation;
  std::string doctor_name;
  std::string patient_name;
  std::optional<Message> last;  ///< the newest message
  std::int64_t unread = 0;      ///< messages of the other side behind the member's read mark
};

/// Nobody has more conversations; a list that is longer is cut.
inline constexpr std::int64_t relations_max = 1000;

/// The list of somebody's conversations. Called as `MessageStore` is.
class Overview {
 public:
  virtual ~Overview() = default;

  /// The relations in which `user` is the doctor or the patient (`side`: only one of the two), the
  /// one with the newest message first, those without a message last. The cost grows with the
  /// number of relations, never with that of their messages. At most
  /// `relations_max`.
  virtual Task<std::vector<RelationSummary>> relations_of(UserId user,
                                                          std::optional<Role> side) = 0;
};

}  // namespace quickclinic::chat
