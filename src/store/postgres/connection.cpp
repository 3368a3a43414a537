#include "store/postgres/connection.hpp"

#include "chat/store.hpp"
#include "store/postgres/error.hpp"

#include <libpq-fe.h>
#include <utility>

namespace quickclinic::postgres {

namespace asio = boost::asio;

struct Connection::Alive {
  Connection* connection = nullptr;
};

namespace {

// A name for a prepared statement: the address of its text, which is a literal.
std::string name_of(const char* sql) {
  return "q" + std::to_string(reinterpret_cast<std::uintptr_t>(sql));
}

Error answered_error(const PGresult* result) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  return postgres_error(state == nullptr ? "" : state, message == nullptr ? "" : message);
}

}  // namespace

void Finish::operator()(pg_conn* connection) const noexcept { PQfinish(connection); }

std::error_code Connection::lost() noexcept {
  return std::make_error_code(std::errc::connection_reset);
}

Connection::Connection(const asio::any_io_executor& executor, RawConnection raw, bool prepared)
    : raw_(std::move(raw)),
      socket_(executor, PQsocket(raw_.get())),
      prepare_(prepared),
      alive_(std::make_shared<Alive>(this)) {
  PQsetnonblocking(raw_.get(), 1);
  PQenterPipelineMode(raw_.get());
}

Connection::~Connection() {
  alive_->connection = nullptr;
  if (raw_ != nullptr) socket_.release();
}

void Connection::ask(Statement statement, const Parameters& parameters, Reply reply) {
  const bool prepare = prepare_ && !prepared_.contains(statement.sql);
  waiting_.push_back({.reply = std::move(reply),
                      .asked_at = Clock::now(),
                      .result = nullptr,
                      .outcome = {},
                      .prepares = prepare,
                      .sql = statement.sql});
  if (raw_ == nullptr || !send(statement, parameters, prepare)) {
    close("a statement could not be sent");
    return;
  }
  if (prepare) prepared_.insert(statement.sql);
  flush();
  wait_readable();
}

bool Connection::send(Statement statement, const Parameters& parameters, bool prepare) {
  PGconn* raw = raw_.get();
  constexpr int binary = 1;
  const auto values = parameters.values();
  const auto lengths = parameters.lengths();
  const auto formats = parameters.formats();
  if (!prepare_) {
    if (PQsendQueryParams(raw, statement.sql, parameters.count(), parameters.types().data(),
                          values.data(), lengths.data(), formats.data(), binary) == 0)
      return false;
  } else {
    const std::string name = name_of(statement.sql);
    if (prepare && PQsendPrepare(raw, name.c_str(), statement.sql, parameters.count(),
                                 parameters.types().data()) == 0)
      return false;
    if (PQsendQueryPrepared(raw, name.c_str(), parameters.count(), values.data(), lengths.data(),
                            formats.data(), binary) == 0)
      return false;
  }
  return PQpipelineSync(raw) == 1;
}

void Connection::flush() {
  if (writing_ || raw_ == nullptr) return;
  const int left = PQflush(raw_.get());
  if (left < 0) {
    // What the server said before it closed the connection may still be read.
    return;
  }
  if (left == 0) return;
  writing_ = true;
  socket_.async_wait(asio::posix::stream_descriptor::wait_write,
                     [alive = alive_](const boost::system::error_code& error) {
                       if (alive->connection == nullptr) return;
                       alive->connection->writing_ = false;
                       if (!error) alive->connection->flush();
                     });
}

void Connection::wait_readable() {
  if (reading_ || raw_ == nullptr || (waiting_.empty() && !on_notification_)) return;
  reading_ = true;
  socket_.async_wait(asio::posix::stream_descriptor::wait_read,
                     [alive = alive_](const boost::system::error_code& error) {
                       if (alive->connection == nullptr) return;
                       alive->connection->reading_ = false;
                       if (!error) alive->connection->read();
                     });
}

// A reply may ask again, close or destroy this connection.
void Connection::read() {
  const std::shared_ptr<Alive> alive = alive_;
  const bool in_order = PQconsumeInput(raw_.get()) == 1;
  while (alive->connection != nullptr && raw_ != nullptr && PQisBusy(raw_.get()) == 0) {
    ResultPtr result(PQgetResult(raw_.get()));
    if (result == nullptr) {
      // Between two statements; a second null says that there is nothing more.
      if (waiting_.empty() || PQisBusy(raw_.get()) != 0) break;
      result.reset(PQgetResult(raw_.get()));
      if (result == nullptr) break;
    }
    take(std::move(result));
  }
  if (alive->connection == nullptr || raw_ == nullptr) return;
  while (PGnotify* notify = PQnotifies(raw_.get())) {
    const std::unique_ptr<PGnotify, decltype(&PQfreemem)> owned(notify, PQfreemem);
    if (on_notification_) on_notification_(owned->extra);
    if (alive->connection == nullptr || raw_ == nullptr) return;
  }
  if (!in_order || PQstatus(raw_.get()) == CONNECTION_BAD) {
    close("the connection was lost");
    return;
  }
  flush();
  wait_readable();
}

void Connection::take(ResultPtr result) {
  if (waiting_.empty()) return;
  Waiting& front = waiting_.front();
  switch (PQresultStatus(result.get())) {
    case PGRES_PIPELINE_SYNC:
      finish_front();
      return;
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
      front.result = std::move(result);
      return;
    case PGRES_PIPELINE_ABORTED:
      return;  // behind the error that was told
    default:
      if (front.outcome) front.outcome = std::unexpected(answered_error(result.get()));
      if (verdict_of(front.outcome.error()) == Verdict::statement) prepare_ = false;
      return;
  }
}

void Connection::finish_front() {
  Waiting done = std::move(waiting_.front());
  waiting_.pop_front();
  if (!done.outcome) {
    if (done.prepares) prepared_.erase(done.sql);
    done.reply(std::unexpected(done.outcome.error()));
  } else {
    done.reply(Rows(std::move(done.result)));
  }
}

void Connection::listen(std::function<void(std::string_view)> on_notification,
                        std::function<void()> on_lost) {
  on_notification_ = std::move(on_notification);
  on_lost_ = std::move(on_lost);
  wait_readable();
}

void Connection::close(std::string_view why) {
  if (raw_ != nullptr) {
    socket_.cancel();
    socket_.release();
    raw_.reset();
  }
  const auto lost_callback = std::exchange(on_lost_, nullptr);
  std::deque<Waiting> outstanding = std::exchange(waiting_, {});
  // Whoever is told may destroy this connection: nothing of it is touched any more.
  for (Waiting& waiting : outstanding)
    waiting.reply(std::unexpected(Error(lost(), std::string(why))));
  if (lost_callback) lost_callback();
}

}  // namespace quickclinic::postgres
