#include "store/postgres/rows.hpp"

#include "store/postgres/wire_time.hpp"

#include <libpq-fe.h>

namespace quickclinic::postgres {

void FreeResult::operator()(pg_result* result) const noexcept { PQclear(result); }

int Rows::count() const noexcept { return result_ == nullptr ? 0 : PQntuples(result_.get()); }

bool Rows::is_null(int row, int column) const noexcept {
  return PQgetisnull(result_.get(), row, column) != 0;
}

std::string_view Rows::view(int row, int column) const noexcept {
  const auto size = static_cast<std::size_t>(PQgetlength(result_.get(), row, column));
  return {PQgetvalue(result_.get(), row, column), size};
}

std::optional<std::string> Rows::optional_text(int row, int column) const {
  if (is_null(row, column)) return std::nullopt;
  return text(row, column);
}

std::int64_t Rows::number(int row, int column) const noexcept {
  const std::string_view bytes = view(row, column);
  if (bytes.size() != sizeof(std::uint64_t)) return 0;
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8U | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(number);
}

bool Rows::boolean(int row, int column) const noexcept {
  const std::string_view bytes = view(row, column);
  return bytes.size() == 1 && bytes.front() != '\0';
}

WallTime Rows::time(int row, int column) const noexcept { return from_wire(number(row, column)); }

std::optional<WallTime> Rows::optional_time(int row, int column) const noexcept {
  if (is_null(row, column)) return std::nullopt;
  return time(row, column);
}

}  // namespace quickclinic::postgres
