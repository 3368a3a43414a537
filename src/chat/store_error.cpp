#include "base/error_table.hpp"
#include "chat/store.hpp"

#include <array>

namespace quickclinic::chat {
namespace {

constexpr std::array entries = {
    ErrorEntry{static_cast<int>(StoreError::not_found), "no such row", Condition::not_found},
    ErrorEntry{static_cast<int>(StoreError::no_doctor), "no such doctor", Condition::not_found},
    ErrorEntry{static_cast<int>(StoreError::no_patient), "no such patient", Condition::not_found},
    ErrorEntry{static_cast<int>(StoreError::conflict), "exists already", Condition::conflict},
    ErrorEntry{static_cast<int>(StoreError::invalid), "the row cannot be stored",
               Condition::bad_request},
    ErrorEntry{static_cast<int>(StoreError::overloaded), "the store is overloaded",
               Condition::unavailable},
    ErrorEntry{static_cast<int>(StoreError::unavailable), "the database cannot be asked",
               Condition::unavailable},
    ErrorEntry{static_cast<int>(StoreError::held), "on hold", Condition::conflict},
    ErrorEntry{static_cast<int>(StoreError::corrupt), "the database holds what it should not",
               Condition::internal},
};

}  // namespace

std::error_code make_error_code(StoreError error) noexcept {
  static const ErrorTable table("store", entries);
  return {static_cast<int>(error), table};
}

}  // namespace quickclinic::chat
