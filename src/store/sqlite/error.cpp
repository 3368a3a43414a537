#include "store/sqlite/error.hpp"

#include "chat/store.hpp"

#include <sqlite3.h>

namespace quickclinic::store {

using chat::StoreError;

namespace {

StoreError meaning_of(int code) {
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
      return StoreError::conflict;
    default:
      break;
  }
  constexpr int primary_mask = 0xFF;
  switch (code & primary_mask) {
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
      return StoreError::invalid;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
    case SQLITE_ERROR:  // a table or column that our own SQL names is not there
    case SQLITE_SCHEMA:
    case SQLITE_INTERNAL:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
      return StoreError::corrupt;
    default:  // BUSY, FULL, IOERR, NOMEM, READONLY, CANTOPEN and their like
      return StoreError::unavailable;
  }
}

}  // namespace

Error sqlite_error(int code, std::string_view doing, std::string_view message) {
  std::string words(doing);
  words += ": ";
  words += message;
  return {meaning_of(code), std::move(words)};
}

Error sqlite_error(sqlite3* database, std::string_view doing) {
  return sqlite_error(sqlite3_extended_errcode(database), doing, sqlite3_errmsg(database));
}

}  // namespace quickclinic::store
