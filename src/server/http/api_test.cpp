#include "server/http/api_test.hpp"

#include "server/run_blocking.hpp"

namespace quickclinic::server::test {

std::string Api::audited(chat::AuditAction action) {
  std::string lines;
  const auto page = run_blocking(clinic.store.audit().entries({.actions = {action}})).value();
  for (const chat::AuditEntry& entry : page.entries) {
    EXPECT_EQ(entry.address, "127.0.0.1");
    lines += entry.actor.text() + " " + entry.relation.text() + " " + entry.subject + " " +
             entry.result + "\n";
  }
  return lines;
}

}  // namespace quickclinic::server::test
