#include "chat/message_id.hpp"

#include "base/digest.hpp"
#include "base/random.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace quickclinic::chat {
namespace {

constexpr std::string_view alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
constexpr std::size_t letters = 24;

// Its length goes before each part, so that no two triples run together into the same bytes.
void append_part(std::string& bytes, std::string_view part) {
  bytes += std::to_string(part.size());
  bytes += ':';
  bytes += part;
}

// Divides the big-endian number in `digits` by the alphabet's size, in place, and answers the
// remainder.
std::size_t take_letter(std::span<std::byte> digits) {
  std::size_t remainder = 0;
  for (std::byte& digit : digits) {
    const std::size_t value = remainder * 256 + std::to_integer<std::size_t>(digit);
    digit = static_cast<std::byte>(value / alphabet.size());
    remainder = value % alphabet.size();
  }
  return remainder;
}

}  // namespace

std::string new_row_id() {
  // Bytes past the last whole multiple of 36 are thrown away, so that no letter is favoured.
  constexpr std::size_t fair = 256 - 256 % alphabet.size();
  std::string id = "c";
  while (id.size() < 1 + letters) {
    std::array<std::byte, letters> bytes;
    random_bytes(bytes);
    for (const std::byte byte : bytes) {
      const auto value = std::to_integer<std::size_t>(byte);
      if (value < fair && id.size() < 1 + letters) id += alphabet[value % alphabet.size()];
    }
  }
  return id;
}

MessageId new_message_id() { return MessageId(new_row_id()); }

MessageId derived_message_id(const RelationId& relation, const UserId& sender,
                             const ClientMessageId& client_id) {
  std::string triple;
  append_part(triple, relation.text());
  append_part(triple, sender.text());
  append_part(triple, client_id.text());

  auto digest = sha256(triple);
  std::string id = "c";
  for (std::size_t i = 0; i < letters; ++i) id += alphabet[take_letter(digest)];
  return MessageId(std::move(id));
}

}  // namespace quickclinic::chat
