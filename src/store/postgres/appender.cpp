#include "store/postgres/appender.hpp"

#include "base/log.hpp"
#include "json/json.hpp"
#include "store/postgres/error.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace quickclinic::postgres {

namespace asio = boost::asio;

using chat::StoreError;

struct Appender::Alive {
  Appender* appender = nullptr;
};

namespace {

constexpr Statement append_batch{
    "SELECT place, outcome, created, previous, relation, sender, body "
    "FROM quickclinic.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};

// What `quickclinic.append` says of each message.
enum class Outcome { stored = 1, repeated = 2, locked = 3, invalid = 4 };

// As `quickclinic.append` puts it into the audit record (chat/audit_chain.hpp).
std::string audit_entry(const chat::NewMessage& message) {
  std::string entry;
  for (const std::string* text :
       {&message.sender.text(), &message.relation.text(), &message.id.text(), &message.address}) {
    if (!entry.empty()) entry += ',';
    json::append_string(entry, *text);
  }
  return entry;
}

// Where the relations of a batch stand, while it is gone through in order.
using Positions = std::unordered_map<std::string_view, WallTime>;

Result<chat::Appended> appended(const Rows& rows, int row, const chat::NewMessage& message,
                                Positions& positions) {
  const auto outcome = static_cast<Outcome>(rows.number(row, 1));
  if (outcome == Outcome::invalid)
    return fail(StoreError::invalid, "the relation or its member is not there");
  chat::Appended answer{.message = {.id = message.id,
                                    .relation = message.relation,
                                    .sender = message.sender,
                                    .text = message.text,
                                    .created_at = rows.time(row, 2)},
                        .stored = outcome == Outcome::stored};
  if (answer.stored) {
    const auto [position, first] =
        positions.try_emplace(message.relation.text(), rows.time(row, 3));
    answer.previous = std::exchange(position->second, answer.message.created_at);
    return answer;
  }
  if (rows.view(row, 4) != message.relation.text() || rows.view(row, 5) != message.sender.text())
    return fail(StoreError::conflict, "the id is another message's");
  answer.message.text = rows.text(row, 6);
  return answer;
}

}  // namespace

Appender::Appender(const asio::any_io_executor& executor, Lane& lane, SendChains& chains,
                   Limits limits, std::function<WallTime()> wall_now)
    : executor_(executor),
      lane_(lane),
      chains_(chains),
      chain_(chains.lend()),
      limits_(limits),
      wall_now_(std::move(wall_now)),
      pause_(executor),
      alive_(std::make_shared<Alive>(this)) {}

// While a batch is under way nobody knows where the chain ends; another goes on.
Appender::~Appender() {
  alive_->appender = nullptr;
  if (!begun_) chains_.give_back(std::move(chain_));
}

void Appender::append(chat::NewMessage message, Reply reply) {
  if (queue_.size() >= limits_.messages_max) {
    reply(fail(StoreError::overloaded, "too many messages wait for the database"));
    return;
  }
  queue_.push_back({std::move(message), std::move(reply), Clock::now() + limits_.wait_max});
  if (!begun_) begin_soon();
}

// Whatever this turn of the loop still brings goes along.
void Appender::begin_soon() {
  begun_ = true;
  asio::post(executor_, [alive = alive_] {
    if (alive->appender != nullptr) alive->appender->begin();
  });
}

void Appender::begin() {
  begun_ = !queue_.empty();
  if (!begun_) return;
  const std::size_t size = alone_ > 0 ? 1 : std::min(queue_.size(), limits_.batch_max);
  if (alone_ > 0) --alone_;
  Batch batch;
  batch.reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  Parameters parameters;
  const auto column = [&](auto of) { parameters.texts(batch, of); };
  column([](const Pending& each) -> std::string_view { return each.message.id.text(); });
  column([](const Pending& each) -> std::string_view { return each.message.relation.text(); });
  column([](const Pending& each) -> std::string_view { return each.message.sender.text(); });
  column([](const Pending& each) -> std::string_view { return each.message.text; });
  std::unordered_map<std::string_view, std::int64_t> relations;
  parameters.numbers(
      batch, [&](const Pending& each) { return relations[each.message.relation.text()]++; });
  parameters.time(wall_now_ ? std::optional(wall_now_()) : std::nullopt);
  parameters.texts(batch, [](const Pending& each) { return audit_entry(each.message); });
  parameters.text(chain_.chain).number(chain_.number + 1).text(chain_.hash);
  lane_.ask(append_batch, std::move(parameters),
            [this, batch = std::move(batch)](Result<Rows> rows) mutable {
              answer(std::move(batch), std::move(rows));
            });
}

void Appender::answer(Batch batch, Result<Rows> rows) {
  if (!rows && verdict_of(rows.error()) == Verdict::row && batch.size() > 1) {
    split(std::move(batch), rows.error());
    return;
  }
  const std::shared_ptr<Alive> alive = alive_;
  if (!rows) {
    if (batch.size() > 1 || verdict_of(rows.error()) != Verdict::row)
      log::warn("messages not stored",
                {{"messages", batch.size()}, {"error", rows.error().describe()}});
    for (Pending& each : batch) each.reply(std::unexpected(rows.error()));
  } else {
    // Before the messages stands the row of the audit record.
    int row = 0;
    if (!rows->empty() && rows->number(0, 0) == 0) {
      chain_.number = rows->number(0, 1);
      chain_.hash = rows->text(0, 6);
      row = 1;
    }
    Batch locked;
    Positions positions;
    const TimePoint now = Clock::now();
    for (Pending& each : batch) {
      if (row == rows->count()) {
        each.reply(fail(StoreError::corrupt, "the database answered too few messages"));
      } else if (static_cast<Outcome>(rows->number(row, 1)) != Outcome::locked) {
        each.reply(appended(*rows, row, each.message, positions));
        ++row;
      } else if (++row; each.deadline <= now) {
        each.reply(fail(StoreError::unavailable, "the conversation is locked by another program"));
      } else {
        locked.push_back(std::move(each));
      }
      if (alive->appender == nullptr) return;
    }
    if (!locked.empty()) {
      put_back(std::move(locked));
      return;
    }
  }
  if (alive->appender != nullptr) begin();
}

// Which row it is the database does not say; each is tried by itself.
void Appender::split(Batch batch, const Error& error) {
  log::info("a message cannot be stored; its batch goes one by one",
            {{"messages", batch.size()}, {"error", error.code.message()}});
  alone_ = batch.size();
  for (auto each = batch.rbegin(); each != batch.rend(); ++each)
    queue_.push_front(std::move(*each));
  begin();
}

// Before those that came later, which thereby keep their place behind them. When nothing else can
// be done meanwhile, there is a pause.
void Appender::put_back(Batch batch) {
  const bool others = !queue_.empty();
  for (auto each = batch.rbegin(); each != batch.rend(); ++each)
    queue_.push_front(std::move(*each));
  if (others) {
    begin();
    return;
  }
  pause_.expires_after(limits_.lock_pause);
  pause_.async_wait([this](const boost::system::error_code& error) {
    if (!error) begin();
  });
}

}  // namespace quickclinic::postgres
