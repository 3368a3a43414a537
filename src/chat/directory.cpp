#include "chat/store.hpp"

#include <utility>

namespace quickclinic::chat {

Task<Visit> Directory::visit(VisitRequest request) {
  WatchRequest question;
  question.users.push_back(request.user);
  if (!request.token_hash.empty()) question.token_hashes.push_back(request.token_hash);
  Result<WatchAnswer> answer = co_await watch(std::move(question));
  if (!answer) co_return std::unexpected(answer.error());
  Visit visit{.user = std::nullopt, .revoked = !answer->revoked_tokens.empty(), .membership = {}};
  if (!answer->users.empty()) visit.user = std::move(answer->users.front());
  if (!request.relation) co_return visit;
  Result<Membership> membership = co_await find_membership(std::move(*request.relation));
  if (membership) {
    visit.membership = std::move(*membership);
  } else if (membership.error().condition() != Condition::not_found) {
    co_return std::unexpected(membership.error());
  }
  co_return visit;
}

}  // namespace quickclinic::chat
