#pragma once

#include "chat/audit_chain.hpp"
#include "store/postgres/link.hpp"
#include "store/postgres/session.hpp"

#include <span>
#include <vector>

/// The SQL of the audit record.
namespace quickclinic::postgres {

Result<> insert_audit_rows(const Session& session, std::span<const chat::AuditRow> rows);
Result<std::vector<chat::AuditHead>> unnamed_audit_heads(const Session& session);

Task<chat::AuditPage> audit_page(Links& links, chat::AuditQuery query);
Task<chat::AuditReport> verify_audit(Links& links);

}  // namespace quickclinic::postgres
