#include "store/postgres/session.hpp"

#include "store/postgres/error.hpp"

#include <libpq-fe.h>

namespace quickclinic::postgres {

Result<ResultPtr> Session::checked(ResultPtr result) const {
  const ExecStatusType status = PQresultStatus(result.get());
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return result;
  const char* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
  const char* message = PQresultErrorField(result.get(), PG_DIAG_MESSAGE_PRIMARY);
  return std::unexpected(postgres_error(
      state == nullptr ? "" : state, message == nullptr ? PQerrorMessage(connection_) : message));
}

Result<> Session::run(const std::string& sql) const {
  const auto result = checked(ResultPtr(PQexec(connection_, sql.c_str())));
  if (!result) return std::unexpected(result.error());
  return {};
}

Result<std::string> Session::value(const std::string& sql) const {
  const auto result = checked(ResultPtr(PQexec(connection_, sql.c_str())));
  if (!result) return std::unexpected(result.error());
  if (PQntuples(result->get()) == 0) return std::string();
  return std::string(PQgetvalue(result->get(), 0, 0));
}

Result<Rows> Session::ask(const char* sql, const Parameters& parameters) const {
  constexpr int binary = 1;
  const auto values = parameters.values();
  const auto lengths = parameters.lengths();
  const auto formats = parameters.formats();
  auto result = checked(
      ResultPtr(PQexecParams(connection_, sql, parameters.count(), parameters.types().data(),
                             values.data(), lengths.data(), formats.data(), binary)));
  if (!result) return std::unexpected(result.error());
  return Rows(std::move(*result));
}

}  // namespace quickclinic::postgres
