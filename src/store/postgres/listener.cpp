#include "store/postgres/listener.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace quickclinic::postgres {
namespace {

constexpr Statement listen{"LISTEN quickclinic"};
constexpr Statement select_now{"SELECT quickclinic.now_utc()"};
constexpr Statement select_notification{R"sql(
  SELECT "id", "userId", "message", "actionHref", "actionLabel", "isRead", "createdAt"
    FROM public."Notification" WHERE "id" = $1)sql"};
constexpr Statement select_missed{R"sql(
  SELECT "id", "userId", "message", "actionHref", "actionLabel", "isRead", "createdAt"
    FROM public."Notification" WHERE "createdAt" > $1 AND "createdAt" <= $2
    ORDER BY "createdAt", "id" LIMIT 1000)sql"};

// Takes a decimal number and the blank behind it.
std::optional<std::int64_t> take_number(std::string_view& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data() + text.size() || *end != ' ') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  return number;
}

}  // namespace

Listener::Listener(boost::asio::any_io_executor executor, Dialer& dialer,
                   const std::atomic<bool>& ready, RecentIds& notified, chat::Feed::Listener heard)
    : executor_(std::move(executor)),
      dialer_(dialer),
      ready_(ready),
      notified_(notified),
      heard_(std::move(heard)),
      timer_(executor_) {
  dial();
}

Listener::~Listener() {
  if (attempt_ != nullptr) attempt_->cancel();
}

void Listener::dial() {
  if (!ready_) {
    retry();
    return;
  }
  attempt_ = dialer_.dial(executor_, [this](Result<Dialed> result) {
    attempt_ = nullptr;
    dialed(std::move(result));
  });
}

void Listener::retry() {
  timer_.expires_after(retry_wait);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) dial();
  });
}

void Listener::dialed(Result<Dialed> dialed) {
  if (!dialed) {
    retry();
    return;
  }
  if (dialed->pooled) {
    log::warn(
        "a connection pooler passes no notifications on: what other programs write is seen "
        "within seconds instead of at once");
    return;
  }
  connection_ = std::make_unique<Connection>(executor_, std::move(dialed->raw), true);
  begin();
}

void Listener::begin() {
  connection_->listen([this](std::string_view payload) { hear(payload); }, [this] { lost(); });
  connection_->ask(listen, {}, [this](Result<Rows> rows) {
    // Without it the connection is lost, which is told above.
    if (!rows) connection_->close("it cannot listen");
  });
  connection_->ask(select_now, {}, [this](Result<Rows> rows) { begun(rows); });
}

void Listener::lost() {
  log::warn("lost the connection that hears what others write");
  if (!heard_until_ && begun_at_ != WallTime()) {
    const auto good_for = std::chrono::duration_cast<std::chrono::milliseconds>(
        Clock::now() - begun_at_ours_ - doubt);
    heard_until_ = begun_at_ + std::max(good_for, std::chrono::milliseconds(0));
  }
  retry();
}

// From here on nothing goes unheard.
void Listener::begun(const Result<Rows>& rows) {
  if (!rows || rows->empty()) return;
  begun_at_ = rows->time(0, 0);
  begun_at_ours_ = Clock::now();
  if (!heard_until_) return;
  log::info("hears again what others write");
  load_missed_notifications();
  heard_.gap();
}

// `m <created> <relation>`, a time in milliseconds since 1970, or `n <notification>`.
void Listener::hear(std::string_view payload) {
  const char kind = payload.empty() ? '\0' : payload.front();
  payload.remove_prefix(std::min<std::size_t>(payload.size(), 2));
  if (kind == 'n') {
    load_notification(payload);
    return;
  }
  if (kind != 'm') return;
  const auto created = take_number(payload);
  if (!created) return;
  heard_.message({.relation = chat::RelationId(payload),
                  .created_at = WallTime(std::chrono::milliseconds(*created))});
}

void Listener::load_notification(std::string_view id) {
  connection_->ask(select_notification, Parameters::one_text(id),
                   [this](Result<Rows> rows) { tell_notifications(rows); });
}

void Listener::load_missed_notifications() {
  Parameters parameters;
  parameters.time(*heard_until_).time(begun_at_);
  heard_until_.reset();
  connection_->ask(select_missed, parameters,
                   [this](Result<Rows> rows) { tell_notifications(rows); });
}

void Listener::tell_notifications(const Result<Rows>& rows) {
  if (!rows) return;
  for (int row = 0; row < rows->count(); ++row) {
    if (!notified_.add(rows->text(row, 0))) continue;
    heard_.notification({.id = chat::NotificationId(rows->view(row, 0)),
                         .user = chat::UserId(rows->view(row, 1)),
                         .message = rows->text(row, 2),
                         .action_href = rows->optional_text(row, 3),
                         .action_label = rows->optional_text(row, 4),
                         .is_read = rows->boolean(row, 5),
                         .created_at = rows->time(row, 6)});
  }
}

}  // namespace quickclinic::postgres
