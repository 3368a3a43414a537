#pragma once

#include "base/result.hpp"
#include "chat/audit.hpp"
#include "server/services.hpp"
#include "server/visitor.hpp"

#include <string>
#include <string_view>

/// Tells the audit record what people do on this server. Never waits.
namespace quickclinic::server {

/// `ok`, or the code of the refusal.
std::string audit_result(const Error* refusal);
template <class T>
std::string audit_result(const Result<T>& outcome) {
  return audit_result(outcome ? nullptr : &outcome.error());
}

/// What somebody did over a socket.
void record(Services& services, const Visitor& visitor, chat::AuditAction action,
            std::string_view subject, std::string result);

}  // namespace quickclinic::server
