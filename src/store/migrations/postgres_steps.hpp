#pragma once

/// The SQL of the steps that are long; see `postgres_migrations`.
namespace quickclinic::store {

extern const char* const postgres_audit_step;
extern const char* const postgres_append_step;
extern const char* const postgres_others_step;
extern const char* const postgres_counting_step;
extern const char* const postgres_archive_step;
extern const char* const postgres_delivery_step;

}  // namespace quickclinic::store
