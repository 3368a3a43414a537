#pragma once

#include <span>

namespace quickclinic::store {

/// One step of the embedded database's schema. Steps are numbered from 1 in the order of the list;
/// a step that was released is never changed, only followed by another.
struct Migration {
  const char* name;
  const char* sql;
};

std::span<const Migration> sqlite_migrations() noexcept;

}  // namespace quickclinic::store
