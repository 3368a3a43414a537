#pragma once

#include "chat/audit_chain.hpp"
#include "store/sqlite/connection.hpp"

#include <vector>

/// The SQL of the audit record, inside the caller's transaction.
namespace quickclinic::store {

Result<> insert_audit_row(Connection& connection, const chat::AuditRow& row);
/// What a new chain has to name.
Result<std::vector<chat::AuditHead>> unnamed_audit_heads(Connection& connection);
Result<chat::AuditPage> audit_page(Connection& connection, const chat::AuditQuery& query);
Result<chat::AuditReport> verify_audit(Connection& connection);

}  // namespace quickclinic::store
