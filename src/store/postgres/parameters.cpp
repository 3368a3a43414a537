#include "store/postgres/parameters.hpp"

#include "store/postgres/wire_time.hpp"

#include <array>

namespace quickclinic::postgres {
namespace {

// pg_type.oid of the built-in types; they are the same in every PostgreSQL.
constexpr unsigned bool_oid = 16;
constexpr unsigned int8_oid = 20;
constexpr unsigned text_oid = 25;
constexpr unsigned text_array_oid = 1009;
constexpr unsigned int8_array_oid = 1016;
constexpr unsigned timestamp_oid = 1114;
constexpr unsigned timestamp_array_oid = 1115;

}  // namespace

// Big endian, as all of the protocol.
template <std::unsigned_integral Number>
void Parameters::append(Number number) {
  std::array<char, sizeof number> bytes{};
  unsigned shift = sizeof number * 8;
  for (char& byte : bytes) {
    shift -= 8;
    byte = static_cast<char>((number >> shift) & 0xFFU);
  }
  bytes_.append(bytes.data(), bytes.size());
}

void Parameters::begin(unsigned type) {
  types_.push_back(type);
  slots_.push_back({.begin = bytes_.size()});
}

// libpq wants no terminator for binary values, yet a pointer that is not null even for an empty
// one.
void Parameters::end() {
  slots_.back().size = bytes_.size() - slots_.back().begin;
  bytes_ += '\0';
}

Parameters& Parameters::add_null(unsigned type) {
  types_.push_back(type);
  slots_.push_back({.null = true});
  return *this;
}

Parameters& Parameters::text(std::string_view value) {
  begin(text_oid);
  bytes_ += value;
  end();
  return *this;
}

Parameters& Parameters::optional_text(const std::optional<std::string>& value) {
  return value ? text(std::string_view(*value)) : null_text();
}

Parameters Parameters::one_text(std::string_view value) {
  Parameters parameters;
  parameters.text(value);
  return parameters;
}

Parameters& Parameters::null_text() { return add_null(text_oid); }

Parameters& Parameters::number(std::int64_t value) {
  begin(int8_oid);
  append(static_cast<std::uint64_t>(value));
  end();
  return *this;
}

Parameters& Parameters::boolean(bool value) {
  begin(bool_oid);
  bytes_ += value ? '\1' : '\0';
  end();
  return *this;
}

Parameters& Parameters::time(WallTime value) {
  begin(timestamp_oid);
  append(static_cast<std::uint64_t>(to_wire(value)));
  end();
  return *this;
}

Parameters& Parameters::time(std::optional<WallTime> value) {
  return value ? time(*value) : add_null(timestamp_oid);
}

// One dimension, no nulls, counted from 1.
void Parameters::begin_array(Element element, std::size_t size) {
  const bool text = element == Element::text;
  const bool number = element == Element::number;
  begin(text ? text_array_oid : number ? int8_array_oid : timestamp_array_oid);
  append<std::uint32_t>(size == 0 ? 0 : 1);
  append<std::uint32_t>(0);
  append<std::uint32_t>(text ? text_oid : number ? int8_oid : timestamp_oid);
  if (size == 0) return;
  append(static_cast<std::uint32_t>(size));
  append<std::uint32_t>(1);
}

void Parameters::add_element(std::string_view bytes) {
  append(static_cast<std::uint32_t>(bytes.size()));
  bytes_ += bytes;
}

void Parameters::add_element(std::int64_t number) {
  append<std::uint32_t>(sizeof number);
  append(static_cast<std::uint64_t>(number));
}

void Parameters::add_element(WallTime time) { add_element(to_wire(time)); }

std::vector<const char*> Parameters::values() const {
  std::vector<const char*> pointers;
  pointers.reserve(slots_.size());
  for (const Slot& slot : slots_)
    pointers.push_back(slot.null ? nullptr : bytes_.data() + slot.begin);
  return pointers;
}

std::vector<int> Parameters::lengths() const {
  std::vector<int> sizes;
  sizes.reserve(slots_.size());
  for (const Slot& slot : slots_) sizes.push_back(static_cast<int>(slot.size));
  return sizes;
}

}  // namespace quickclinic::postgres
