#pragma once

#include "store/migrations/migration.hpp"

#include <span>

namespace quickclinic::store {

/// The web application's tables as its ORM makes them, for an empty database only.
extern const char* const postgres_clinic_tables;

/// Triggers on the web application's tables, by which its writes are heard and counted. To be made
/// by their owner, once, behind the steps below.
extern const char* const postgres_triggers;

/// Steps from an empty schema `quickclinic` to the present one, in order. They touch
/// nothing of the web application's.
std::span<const Migration> postgres_migrations() noexcept;

}  // namespace quickclinic::store
