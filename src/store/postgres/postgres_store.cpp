#include "store/postgres/postgres_store.hpp"

#include "base/log.hpp"
#include "chat/message_id.hpp"
#include "store/postgres/delivery_rows.hpp"
#include "store/postgres/directory_rows.hpp"
#include "store/postgres/inbox_rows.hpp"
#include "store/postgres/message_rows.hpp"
#include "store/postgres/overview_rows.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace quickclinic::postgres {

using chat::StoreError;

Result<std::unique_ptr<PostgresStore>> PostgresStore::open(Options options, Absent absent) {
  if (options.url.schema != "public") {
    return fail(StoreError::invalid,
                "DATABASE_URL names the schema " + options.url.schema +
                    "; the web application's tables are looked for in public only");
  }
  std::unique_ptr<PostgresStore> store(new PostgresStore(std::move(options)));
  const Result<> prepared = store->prepare();
  if (prepared) return store;
  if (absent == Absent::fail || prepared.error().condition() != Condition::unavailable)
    return std::unexpected(prepared.error());
  log::warn("waiting for the database", {{"error", prepared.error().context}});
  store->search_ =
      std::jthread([raw = store.get(), words = prepared.error().context](
                       const std::stop_token& stop) { raw->look_for_database(stop, words); });
  return store;
}

PostgresStore::PostgresStore(Options options)
    : options_(std::move(options)),
      dialer_(options_.url, options_.timeouts),
      links_([this](const asio::any_io_executor& executor) {
        return std::make_unique<Link>(executor, dialer_, ready_, chains_, options_.limits,
                                      options_.wall_now);
      }),
      audit_(dialer_, ready_, links_,
             options_.wall_now ? options_.wall_now : quickclinic::wall_now),
      archive_(links_, options_.wall_now) {}

PostgresStore::~PostgresStore() = default;

Result<> PostgresStore::prepare() {
  const auto report = migrate(dialer_);
  if (!report) return std::unexpected(report.error());
  for (const std::string& name : report->applied) log::info("migrated", {{"step", name}});
  if (!report->hears_others) {
    log::warn(
        "this role may make no triggers: what other programs write is seen only when it is read");
  }
  hears_others_ = report->hears_others;
  ready_ = true;
  return {};
}

void PostgresStore::look_for_database(const std::stop_token& stop, std::string last_words) {
  std::mutex mutex;
  std::condition_variable_any ended;
  while (!stop.stop_requested()) {
    const Result<> prepared = prepare();
    if (prepared) {
      log::info("database found");
      return;
    }
    // Each reason once: first nobody answers, then it may be a right that is missing.
    if (prepared.error().context != last_words) {
      last_words = prepared.error().context;
      log::warn("still waiting for the database", {{"error", last_words}});
    }
    std::unique_lock lock(mutex);
    ended.wait_for(lock, stop, std::chrono::milliseconds(500), [] { return false; });
  }
}

std::optional<WallTime> PostgresStore::wall() const {
  return options_.wall_now ? std::optional(options_.wall_now()) : std::nullopt;
}

void PostgresStore::append(chat::NewMessage message, const asio::any_io_executor& executor,
                           AppendReply reply) {
  links_.of(executor).appends.append(std::move(message), std::move(reply));
}

Task<chat::MessagePage> PostgresStore::page(chat::RelationId relation, chat::PageRequest request) {
  return message_page(links_, std::move(relation), request);
}

Task<chat::MessageSlice> PostgresStore::slice(chat::RelationId relation,
                                              chat::SliceRequest request) {
  return message_slice(links_, std::move(relation), std::move(request));
}

Task<std::vector<chat::Message>> PostgresStore::newer_than(chat::RelationId relation,
                                                           WallTime position, std::int64_t limit) {
  return messages_newer_than(links_, std::move(relation), position, limit);
}

Task<std::vector<chat::Position>> PostgresStore::positions(
    std::vector<chat::RelationId> relations) {
  return relation_positions(links_, std::move(relations), hears_others_);
}

Task<chat::Marked> PostgresStore::mark_read(chat::RelationId relation, chat::UserId user,
                                            chat::MessageId message) {
  return mark_message_read(links_, std::move(relation), std::move(user), std::move(message),
                           wall());
}

Task<chat::Marked> PostgresStore::mark_delivered(chat::RelationId relation, chat::UserId user,
                                                 chat::MessageId message) {
  return mark_message_delivered(links_, std::move(relation), std::move(user), std::move(message),
                                wall());
}

Task<std::vector<chat::Mark>> PostgresStore::delivered(chat::RelationId relation) {
  return relation_deliveries(links_, std::move(relation));
}

Task<chat::User> PostgresStore::find_user(chat::UserId user) {
  return user_by_id(links_, std::move(user));
}

Task<chat::User> PostgresStore::find_user_by_email(std::string email) {
  return user_by_email(links_, std::move(email));
}

Task<chat::Credentials> PostgresStore::find_credentials(std::string email) {
  return credentials_of(links_, std::move(email));
}

Task<std::vector<chat::User>> PostgresStore::list_users() { return all_users(links_); }

Task<std::vector<chat::Relation>> PostgresStore::list_relations() { return all_relations(links_); }

Task<chat::Membership> PostgresStore::find_membership(chat::RelationId relation) {
  return membership_of(links_, std::move(relation));
}

Task<chat::WatchAnswer> PostgresStore::watch(chat::WatchRequest request) {
  return watch_rows(links_, std::move(request));
}

Task<chat::Visit> PostgresStore::visit(chat::VisitRequest request) {
  return visit_row(links_, std::move(request));
}

Task<bool> PostgresStore::is_revoked(std::string token_hash) {
  return token_is_revoked(links_, std::move(token_hash));
}

Task<> PostgresStore::revoke_token(std::string token_hash, WallTime expires_at) {
  return insert_revoked_token(links_, std::move(token_hash), expires_at, wall());
}

Task<chat::User> PostgresStore::add_user(chat::NewUser user) {
  return insert_user(links_, std::move(user), wall());
}

Task<> PostgresStore::set_user_active(chat::UserId user, bool active) {
  return update_user_active(links_, std::move(user), active, wall());
}

Task<chat::AddedRelation> PostgresStore::add_relation(chat::UserId doctor, chat::UserId patient) {
  return find_or_insert_relation(links_, std::move(doctor), std::move(patient), wall());
}

Task<chat::Notification> PostgresStore::add_notification(chat::NewNotification notification) {
  chat::NotificationId id(chat::new_row_id());
  // Before it is stored, because it may be heard of before it is answered.
  notified_.add(id.text());
  return insert_notification(links_, std::move(id), std::move(notification), wall());
}

Task<chat::Appointment> PostgresStore::find_appointment(std::string doctor,
                                                        chat::AppointmentId appointment) {
  return appointment_of(links_, std::move(doctor), std::move(appointment));
}

Task<std::vector<chat::RelationSummary>> PostgresStore::relations_of(
    chat::UserId user, std::optional<chat::Role> side) {
  return relation_summaries(links_, std::move(user), side);
}

void PostgresStore::listen(const asio::any_io_executor& executor, chat::Feed::Listener listener) {
  links_.of(executor).listener = std::make_unique<postgres::Listener>(
      executor, dialer_, ready_, notified_, std::move(listener));
}

void PostgresStore::measure_loop(const asio::any_io_executor& executor,
                                 chat::StoreMeasures& measures) {
  if (const Link* link = links_.find(executor)) link->measure(measures);
}

Task<> PostgresStore::ping() {
  static constexpr Statement select_one{"SELECT 1::bigint FROM quickclinic.migrations LIMIT 1"};
  auto rows = co_await ask(links_, LaneChoice::read, select_one, {});
  if (!rows) co_return std::unexpected(rows.error());
  co_return Result<>();
}

}  // namespace quickclinic::postgres
