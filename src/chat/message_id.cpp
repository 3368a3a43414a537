#include "chat/message_id.hpp"

#include "base/digest.hpp"
#include "base/random.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
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

// Six letters at a time, which is as many as a word holds.
constexpr std::size_t letters_of_a_word = 6;
constexpr std::uint64_t values_of_a_word = 36ULL * 36 * 36 * 36 * 36 * 36;
static_assert(alphabet.size() == 36 && letters % letters_of_a_word == 0);

using Number = std::array<std::uint32_t, 8>;  // the most significant word first

Number number_of(const std::array<std::byte, 32>& digest) {
  Number number{};
  for (std::size_t i = 0; i < digest.size(); ++i)
    number[i / 4] = number[i / 4] << 8U | std::to_integer<std::uint32_t>(digest[i]);
  return number;
}

// Divides in place, and answers the remainder.
std::uint64_t take_word(Number& number) {
  std::uint64_t remainder = 0;
  for (std::uint32_t& word : number) {
    const std::uint64_t value = remainder << 32U | word;
    word = static_cast<std::uint32_t>(value / values_of_a_word);
    remainder = value % values_of_a_word;
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
  constexpr std::size_t lengths_bytes = 16;
  std::string triple;
  triple.reserve(relation.text().size() + sender.text().size() + client_id.text().size() +
                 lengths_bytes);
  append_part(triple, relation.text());
  append_part(triple, sender.text());
  append_part(triple, client_id.text());

  // The digest as a number, its last letters first.
  Number number = number_of(sha256(triple));
  std::string id;
  id.reserve(1 + letters);
  id += 'c';
  for (std::size_t i = 0; i < letters; i += letters_of_a_word) {
    std::uint64_t word = take_word(number);
    for (std::size_t k = 0; k < letters_of_a_word; ++k) {
      id += alphabet[word % alphabet.size()];
      word /= alphabet.size();
    }
  }
  return MessageId(std::move(id));
}

}  // namespace quickclinic::chat
