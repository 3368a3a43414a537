#include "server/audit_trail.hpp"

#include <utility>

namespace quickclinic::server {

std::string audit_result(const Error* refusal) {
  return refusal ? std::string(to_code(refusal->condition())) : "ok";
}

void record(Services& services, const Visitor& visitor, chat::AuditAction action,
            std::string_view subject, std::string result) {
  services.audit.record(
      {.action = action,
       .actor = visitor.user.id,
       .relation = visitor.conversation ? visitor.conversation->relation() : chat::RelationId(),
       .subject = std::string(subject),
       .address = visitor.address,
       .result = std::move(result)});
}

}  // namespace quickclinic::server
