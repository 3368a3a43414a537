#pragma once

#include "base/result.hpp"

#include <string_view>

namespace quickclinic::postgres {

/// What an answer of PostgreSQL means to whoever asked.
enum class Verdict {
  row,         ///< this row cannot be stored as it is; others can
  again,       ///< would go well on a second try: a deadlock, a serialisation failure
  locked,      ///< somebody else has locked what it needs
  statement,   ///< the connection forgot a prepared statement (a pooler gave it to somebody else)
  unavailable  ///< the database cannot do it now
};
Verdict verdict_on(std::string_view sqlstate) noexcept;

/// The error of an answer with this SQLSTATE (PostgreSQL, appendix A), which its context begins
/// with. `message` is the server's primary message, which quotes names of tables but no values.
Error postgres_error(std::string_view sqlstate, std::string_view message);
/// The verdict on such an error; `unavailable` for any other.
Verdict verdict_of(const Error& error) noexcept;

}  // namespace quickclinic::postgres
