#include "store/postgres/database_url.hpp"

#include "base/percent.hpp"
#include "chat/store.hpp"

#include <algorithm>
#include <array>
#include <libpq-fe.h>
#include <memory>
#include <optional>

namespace quickclinic::postgres {
namespace {

// Parameters of the ORM's own, which mean nothing to libpq.
constexpr std::array orm_parameters = {
    "schema",    "pgbouncer",   "connection_limit",     "pool_timeout", "socket_timeout",
    "sslaccept", "sslidentity", "statement_cache_size", "pool_mode",    "single_use_connections"};

struct FreeOptions {
  void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
};

std::unexpected<Error> complain(std::string sentence) {
  return fail(chat::StoreError::invalid, std::move(sentence));
}

}  // namespace

Result<DatabaseUrl> read_database_url(std::string_view url) {
  DatabaseUrl read;
  const std::size_t question = url.find('?');
  read.libpq = url.substr(0, question);
  std::string_view query = question == std::string_view::npos ? "" : url.substr(question + 1);
  char separator = '?';
  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), parameter.size() + 1));
    if (parameter.empty()) continue;
    const std::string_view name = parameter.substr(0, parameter.find('='));
    const auto value =
        percent_decoded(parameter.substr(std::min(name.size() + 1, parameter.size())));
    if (!value) return complain("DATABASE_URL has a parameter whose percent-encoding is wrong");
    if (name == "schema" && !value->empty()) read.schema = *value;
    if (name == "pgbouncer") read.pooled = *value == "true";
    if (std::ranges::find(orm_parameters, name) != orm_parameters.end()) continue;
    read.libpq += separator;
    read.libpq += parameter;
    separator = '&';
  }
  char* problem = nullptr;
  const std::unique_ptr<PQconninfoOption, FreeOptions> options(
      PQconninfoParse(read.libpq.c_str(), &problem));
  // The parser's own words may quote the password.
  PQfreemem(problem);
  if (options == nullptr)
    return complain("DATABASE_URL is malformed, or has a parameter that PostgreSQL does not know");
  return read;
}

}  // namespace quickclinic::postgres
