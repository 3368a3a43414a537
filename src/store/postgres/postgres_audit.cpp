#include "store/postgres/postgres_audit.hpp"

#include "base/log.hpp"
#include "chat/store.hpp"
#include "store/postgres/audit_rows.hpp"
#include "store/postgres/session.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <utility>

namespace quickclinic::postgres {

PostgresAudit::PostgresAudit(Dialer& dialer, const std::atomic<bool>& ready, Links& links,
                             std::function<WallTime()> now)
    : dialer_(dialer),
      ready_(ready),
      links_(links),
      now_(std::move(now)),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

PostgresAudit::~PostgresAudit() {
  thread_.request_stop();
  thread_.join();
}

void PostgresAudit::record(chat::AuditEntry entry) {
  entry.at = now_();
  if (!queue_.push(std::move(entry))) return;
  const std::lock_guard lock(mutex_);
  waiting_ = true;
  changed_.notify_one();
}

// Several entries share a transaction, and a database that is away is asked twice a second.
void PostgresAudit::work(const std::stop_token& stop) {
  constexpr std::chrono::milliseconds retry_wait{500};
  bool failed = false;
  while (true) {
    std::vector<Flushed> flushing;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, stop, [this] { return waiting_ || !flushing_.empty(); });
      if (!stop.stop_requested()) {
        changed_.wait_for(lock, stop, failed ? retry_wait : group_wait,
                          [this] { return !flushing_.empty(); });
      }
      waiting_ = false;
      flushing = std::exchange(flushing_, {});
    }
    std::vector<chat::AuditEntry> entries = queue_.take(now_());
    const Result<> written = entries.empty() ? Result<>() : write(entries);
    if (!written) {
      if (!failed) log::warn("audit record not written", {{"error", written.error().describe()}});
      queue_.put_back(std::move(entries));
      connection_.reset();
      const std::lock_guard lock(mutex_);
      waiting_ = true;
    }
    failed = !written;
    for (Flushed& done : flushing) done(written);
    if (stop.stop_requested()) return;
  }
}

Result<> PostgresAudit::write(const std::vector<chat::AuditEntry>& entries) try {
  if (!ready_) return fail(chat::StoreError::unavailable, "no database yet");
  if (connection_ == nullptr) {
    auto dialed = dialer_.dial();
    if (!dialed) return std::unexpected(dialed.error());
    connection_ = std::move(dialed->raw);
    // Whether the last rows before a lost connection were stored nobody knows; another chain
    // begins, and names the end of this one.
    chain_ = {};
  }
  const Session session(connection_.get());
  chat::AuditChain ahead = chain_;
  std::vector<chat::AuditRow> rows;
  if (!ahead.opened()) {
    const auto heads = unnamed_audit_heads(session);
    if (!heads) return std::unexpected(heads.error());
    rows.push_back(ahead.open(*heads, now_()));
  }
  for (chat::AuditRow& row : ahead.link(entries)) rows.push_back(std::move(row));
  const Result<> inserted = insert_audit_rows(session, rows);
  if (inserted) chain_ = ahead;
  return inserted;
} catch (const std::exception& e) {
  return fail(chat::StoreError::unavailable, std::string("an exception: ") + e.what());
}

Task<> PostgresAudit::flush() {
  auto begin = [](auto handler, PostgresAudit& audit) {
    // The loop stays until the post has come to its end.
    const asio::any_io_executor executor =
        asio::prefer(asio::any_io_executor(asio::get_associated_executor(handler)),
                     asio::execution::outstanding_work.tracked);
    Flushed done = [executor, handler = std::move(handler)](Result<> written) mutable {
      asio::post(executor, [handler = std::move(handler), written = std::move(written)]() mutable {
        std::move(handler)(std::move(written));
      });
    };
    const std::lock_guard lock(audit.mutex_);
    audit.flushing_.push_back(std::move(done));
    audit.changed_.notify_one();
  };
  return asio::async_initiate<const asio::use_awaitable_t<>, void(Result<>)>(
      begin, asio::use_awaitable, std::ref(*this));
}

Task<chat::AuditPage> PostgresAudit::entries(chat::AuditQuery query) {
  return audit_page(links_, std::move(query));
}

Task<chat::AuditReport> PostgresAudit::verify() { return verify_audit(links_); }

}  // namespace quickclinic::postgres
