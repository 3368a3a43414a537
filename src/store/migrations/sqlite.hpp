#pragma once

#include "store/migrations/migration.hpp"

#include <span>

namespace quickclinic::store {

/// The steps of the embedded database.
std::span<const Migration> sqlite_migrations() noexcept;

}  // namespace quickclinic::store
