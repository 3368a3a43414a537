#include "store/postgres/dialer.hpp"

#include "chat/store.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <libpq-fe.h>
#include <string>
#include <utility>

namespace quickclinic::postgres {

namespace asio = boost::asio;

namespace {

std::string setting(std::string_view name, std::chrono::milliseconds value) {
  return " -c " + std::string(name) + "=" + std::to_string(value.count());
}

// libpq's words, on one line.
std::string reason_of(const PGconn* connection) {
  std::string reason = PQerrorMessage(connection);
  while (!reason.empty() && reason.back() == '\n') reason.pop_back();
  std::ranges::replace(reason, '\n', ' ');
  return reason;
}

bool refuses_options(const PGconn* connection) {
  return std::string_view(PQerrorMessage(connection)).find("startup parameter") !=
         std::string_view::npos;
}

}  // namespace

Dialer::Dialer(DatabaseUrl url, Timeouts timeouts) : url_(std::move(url)), timeouts_(timeouts) {}

Dialer::~Dialer() { threads_.join(); }

RawConnection Dialer::connect(bool with_options) const {
  const std::string seconds =
      std::to_string(std::max<std::int64_t>(2, timeouts_.connect.count() / 1000));
  const std::string dead_after = std::to_string(timeouts_.statement.count() + 1000);
  // Rows are asked for by their keys. Plans that are made while the tables are small, and kept, are
  // not to go through all of them: an index is nearly as near as the table.
  const std::string options = "-c jit=off -c random_page_cost=1.1 -c TimeZone=UTC" +
                              setting("statement_timeout", timeouts_.statement) +
                              setting("lock_timeout", timeouts_.lock);
  // What stands before `dbname` is a default, which the URL may change.
  const std::array<std::pair<const char*, const char*>, 7> parameters = {{
      {"connect_timeout", seconds.c_str()},
      {"tcp_user_timeout", dead_after.c_str()},
      {"options", with_options ? options.c_str() : ""},
      {"dbname", url_.libpq.c_str()},
      {"fallback_application_name", "quickclinic"},
      {"client_encoding", "UTF8"},
      {nullptr, nullptr},
  }};
  std::array<const char*, parameters.size()> names{};
  std::array<const char*, parameters.size()> values{};
  for (std::size_t i = 0; i < parameters.size(); ++i) std::tie(names[i], values[i]) = parameters[i];
  constexpr int expand_url = 1;
  return RawConnection(PQconnectdbParams(names.data(), values.data(), expand_url));
}

Result<Dialed> Dialer::dial() const {
  Dialed dialed{.raw = connect(!url_.pooled), .pooled = url_.pooled};
  if (dialed.raw != nullptr && PQstatus(dialed.raw.get()) != CONNECTION_OK && !url_.pooled &&
      refuses_options(dialed.raw.get())) {
    dialed = {.raw = connect(false), .pooled = true};
  }
  if (dialed.raw == nullptr) return fail(chat::StoreError::unavailable, "out of memory");
  if (PQstatus(dialed.raw.get()) != CONNECTION_OK)
    return fail(chat::StoreError::unavailable, reason_of(dialed.raw.get()));
  return dialed;
}

std::shared_ptr<Dialer::Attempt> Dialer::dial(asio::any_io_executor executor, Done done) {
  auto attempt = std::make_shared<Attempt>(std::move(executor), std::move(done));
  asio::post(threads_, [this, attempt] { Attempt::answer(attempt, dial()); });
  return attempt;
}

// Under the mutex, so that the executor is there: whoever takes it away cancels before.
void Dialer::Attempt::answer(const std::shared_ptr<Attempt>& attempt, Result<Dialed> dialed) {
  const std::lock_guard lock(attempt->mutex_);
  if (attempt->cancelled_) return;
  asio::post(attempt->executor_, [attempt, dialed = std::move(dialed)]() mutable {
    Done done;
    {
      const std::lock_guard guard(attempt->mutex_);
      if (attempt->cancelled_) return;
      done = std::move(attempt->done_);
    }
    done(std::move(dialed));
  });
}

void Dialer::Attempt::cancel() {
  const std::lock_guard lock(mutex_);
  cancelled_ = true;
  done_ = nullptr;
}

}  // namespace quickclinic::postgres
