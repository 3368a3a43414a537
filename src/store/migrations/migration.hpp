#pragma once

namespace quickclinic::store {

/// One step of a database's schema. Steps are numbered from 1 in the order of their list; a step
/// that was released is never changed, only followed by another.
struct Migration {
  const char* name;
  const char* sql;
};

}  // namespace quickclinic::store
