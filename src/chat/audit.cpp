#include "chat/audit.hpp"

#include "base/utf8.hpp"

#include <array>
#include <utility>

namespace quickclinic::chat {
namespace {

constexpr auto names = std::to_array<std::pair<AuditAction, std::string_view>>({
    {AuditAction::chain_opened, "chain_opened"},
    {AuditAction::entries_lost, "entries_lost"},
    {AuditAction::login, "login"},
    {AuditAction::logout, "logout"},
    {AuditAction::connect, "connect"},
    {AuditAction::sent_away, "sent_away"},
    {AuditAction::read_history, "read_history"},
    {AuditAction::send, "send"},
    {AuditAction::read_receipt, "read_receipt"},
    {AuditAction::watch, "watch"},
    {AuditAction::notify, "notify"},
    {AuditAction::add_relation, "add_relation"},
    {AuditAction::add_user, "add_user"},
    {AuditAction::disable_user, "disable_user"},
    {AuditAction::enable_user, "enable_user"},
    {AuditAction::issue_token, "issue_token"},
    {AuditAction::revoke_token, "revoke_token"},
    {AuditAction::export_data, "export"},
    {AuditAction::import_data, "import"},
    {AuditAction::erase, "erase"},
    {AuditAction::set_hold, "set_hold"},
    {AuditAction::clear_hold, "clear_hold"},
});

std::string storable(std::string text) {
  if (text.size() > audit_text_bytes_max) {
    std::size_t end = audit_text_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    text.resize(end);
  }
  const bool utf8 = is_utf8(text);
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F || (!utf8 && byte > 0x7F)) c = '?';
  }
  return text;
}

}  // namespace

void make_storable(AuditEntry& entry) {
  entry.actor = UserId(storable(entry.actor.text()));
  entry.relation = RelationId(storable(entry.relation.text()));
  entry.subject = storable(std::move(entry.subject));
  entry.address = storable(std::move(entry.address));
  entry.result = storable(std::move(entry.result));
}

std::string_view to_text(AuditAction action) noexcept {
  for (const auto& [value, name] : names) {
    if (value == action) return name;
  }
  return {};
}

std::optional<AuditAction> parse_audit_action(std::string_view text) noexcept {
  for (const auto& [value, name] : names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

}  // namespace quickclinic::chat
