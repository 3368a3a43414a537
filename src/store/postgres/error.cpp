#include "store/postgres/error.hpp"

#include "chat/store.hpp"

#include <string>

namespace quickclinic::postgres {

using chat::StoreError;

Verdict verdict_on(std::string_view sqlstate) noexcept {
  if (sqlstate == "40001" || sqlstate == "40P01") return Verdict::again;
  if (sqlstate == "55P03") return Verdict::locked;
  if (sqlstate == "26000" || sqlstate == "42P05") return Verdict::statement;
  const std::string_view kind = sqlstate.substr(0, 2);
  if (kind == "22" || kind == "23" || kind == "44" || kind == "P0") return Verdict::row;
  return Verdict::unavailable;
}

namespace {

StoreError meaning_of(std::string_view sqlstate) {
  const std::string_view kind = sqlstate.substr(0, 2);
  if (sqlstate == "23505") return StoreError::conflict;   // unique_violation
  if (sqlstate == "P0002") return StoreError::not_found;  // no_data_found, raised by our functions
  if (verdict_on(sqlstate) == Verdict::row) return StoreError::invalid;
  if (kind == "42" && sqlstate != "42501")
    return StoreError::corrupt;  // our SQL names what is not there
  if (kind == "XX") return StoreError::corrupt;
  return StoreError::unavailable;
}

}  // namespace

Error postgres_error(std::string_view sqlstate, std::string_view message) {
  return {meaning_of(sqlstate), std::string(sqlstate) + " " + std::string(message)};
}

Verdict verdict_of(const Error& error) noexcept {
  return verdict_on(std::string_view(error.context).substr(0, 5));
}

}  // namespace quickclinic::postgres
