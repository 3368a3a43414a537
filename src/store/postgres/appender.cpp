#include "store/postgres/appender.hpp"

#include "base/log.hpp"
#include "json/json.hpp"
#include "store/postgres/error.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <unordered_set>
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
void write_audit_entry(std::string& entry, const chat::NewMessage& message) {
  entry.clear();
  for (const std::string* text :
       {&message.sender.text(), &message.relation.text(), &message.id.text(), &message.address}) {
    if (!entry.empty()) entry += ',';
    json::append_string(entry, *text);
  }
}

// What became of `message`, whose texts go into the answer. `position` is where its relation
// stands, or nothing before the first message of the batch; it is moved on.
Result<chat::Appended> appended(const Rows& rows, int row, chat::NewMessage& message,
                                std::optional<WallTime>& position) {
  const auto outcome = static_cast<Outcome>(rows.number(row, 1));
  if (outcome == Outcome::invalid)
    return fail(StoreError::invalid, "the relation or its member is not there");
  const bool stored = outcome == Outcome::stored;
  const bool same = stored || (rows.view(row, 4) == message.relation.text() &&
                               rows.view(row, 5) == message.sender.text());
  if (!same) return fail(StoreError::conflict, "the id is another message's");
  const WallTime created_at = rows.time(row, 2);
  const WallTime before = position.value_or(rows.time(row, 3));
  if (stored) position = created_at;
  return chat::Appended{.message = {.id = std::move(message.id),
                                    .relation = std::move(message.relation),
                                    .sender = std::move(message.sender),
                                    .text = stored ? std::move(message.text) : rows.text(row, 6),
                                    .created_at = created_at},
                        .stored = stored,
                        .previous = stored ? before : WallTime()};
}

}  // namespace

Appender::Appender(asio::any_io_executor executor, Lane& lane, Lane& second_lane,
                   SendChains& chains, Limits limits, std::function<WallTime()> wall_now)
    : executor_(std::move(executor)),
      chains_(chains),
      flights_{Flight{.lane = lane, .chain = chains.lend()},
               Flight{.lane = second_lane, .chain = chains.lend()}},
      limits_(limits),
      wall_now_(std::move(wall_now)),
      pause_(executor_),
      alive_(std::make_shared<Alive>(this)) {}

void Appender::measure(chat::StoreMeasures& measures) const {
  measures.add(measures_);
  measures.writes_waiting += queue_.size() + flights_.front().size + flights_.back().size;
}

// While a batch is under way nobody knows where its chain ends; another goes on.
Appender::~Appender() {
  alive_->appender = nullptr;
  for (Flight& flight : flights_) {
    if (flight.size == 0) chains_.give_back(std::move(flight.chain));
  }
}

void Appender::append(chat::NewMessage message, Reply reply) {
  if (queue_.size() >= limits_.messages_max) {
    ++measures_.refused;
    reply(fail(StoreError::overloaded, "too many messages wait for the database"));
    return;
  }
  queue_.push_back({std::move(message), std::move(reply), Clock::now() + limits_.wait_max});
  begin_soon();
}

// Whatever this turn of the loop still brings goes along.
void Appender::begin_soon() {
  if (beginning_ || std::ranges::none_of(flights_, [&](Flight& each) { return may_begin(each); }))
    return;
  beginning_ = true;
  asio::post(executor_, [alive = alive_] {
    if (alive->appender == nullptr) return;
    alive->appender->beginning_ = false;
    alive->appender->begin();
  });
}

void Appender::begin() {
  const std::shared_ptr<Alive> alive = alive_;
  for (Flight& flight : flights_) {
    if (queue_.empty() || !may_begin(flight)) continue;
    Batch batch = take();
    if (alive->appender == nullptr) return;
    if (!batch.empty()) send(flight, std::move(batch));
  }
}

bool Appender::may_begin(Flight& flight) {
  if (flight.size > 0) return false;
  for (const Flight& other : flights_) {
    if (other.size > limits_.small_batch) return false;
  }
  const bool second = &flight != flights_.data();
  if (!second || flight.lane.is_open()) return true;
  if (flights_.front().size > 0) flight.lane.open();
  return false;
}

// What is under way settles the order of what comes after. A lock that one message waits for may
// keep another one waiting, too; not on both lanes.
bool Appender::has_to_wait(const Pending& pending) const {
  return std::ranges::any_of(flights_, [&](const Flight& each) {
    return each.relations.contains(pending.message.relation.text()) ||
           (each.stuck && pending.stuck);
  });
}

// From the front, leaving where they are those that have to wait and whatever follows upon them in
// their relations. One that goes alone goes when it is the first.
Appender::Batch Appender::take() {
  const TimePoint now = Clock::now();
  Batch batch;
  batch.reserve(std::min(queue_.size(), limits_.batch_max));
  Batch late;
  std::vector<std::size_t> passed;
  std::unordered_set<std::string_view> waiting;
  TimePoint wake = TimePoint::max();
  std::size_t looked_at = 0;
  for (; looked_at < queue_.size() && batch.size() < limits_.batch_max; ++looked_at) {
    Pending& next = queue_[looked_at];
    const std::string_view relation = next.message.relation.text();
    if (next.deadline <= now) {
      late.push_back(std::move(next));
      continue;
    }
    const bool early = next.not_before > now;
    if (early) wake = std::min(wake, next.not_before);
    if (waiting.contains(relation) || early || has_to_wait(next)) {
      waiting.insert(relation);
      passed.push_back(looked_at);
      continue;
    }
    if (next.alone && !batch.empty()) break;
    const bool alone = next.alone;
    batch.push_back(std::move(next));
    if (!alone) continue;
    ++looked_at;
    break;
  }
  for (std::size_t i = 0; i < passed.size(); ++i) {
    if (passed[i] != i) queue_[i] = std::move(queue_[passed[i]]);
  }
  queue_.erase(queue_.begin() + std::ssize(passed),
               queue_.begin() + static_cast<std::ptrdiff_t>(looked_at));
  if (wake != TimePoint::max()) {
    pause_.expires_at(wake);
    pause_.async_wait([this](const boost::system::error_code& error) {
      if (!error) begin();
    });
  }
  measures_.refused += late.size();
  if (!late.empty()) refuse(std::move(late), Error(StoreError::unavailable, "not stored in time"));
  return batch;
}

void Appender::send(Flight& flight, Batch batch) {
  flight.size = batch.size();
  flight.sent_at = Clock::now();
  flight.stuck = batch.front().stuck;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    Flight::Last& last = flight.relations[batch[i].message.relation.text()];
    batch[i].behind = last.messages++;
    batch[i].follows = std::exchange(last.place, i);
  }
  Parameters parameters;
  const auto column = [&](auto of) { parameters.texts(batch, of); };
  column([](const Pending& each) -> std::string_view { return each.message.id.text(); });
  column([](const Pending& each) -> std::string_view { return each.message.relation.text(); });
  column([](const Pending& each) -> std::string_view { return each.message.sender.text(); });
  column([](const Pending& each) -> std::string_view { return each.message.text; });
  parameters.numbers(batch, [](const Pending& each) { return each.behind; });
  parameters.time(wall_now_ ? std::optional(wall_now_()) : std::nullopt);
  std::string entry;
  parameters.texts(batch, [&entry](const Pending& each) -> std::string_view {
    write_audit_entry(entry, each.message);
    return entry;
  });
  parameters.text(flight.chain.chain).number(flight.chain.number + 1).text(flight.chain.hash);
  flight.lane.ask(append_batch, std::move(parameters),
                  [this, &flight, batch = std::move(batch)](Result<Rows> rows) mutable {
                    answer(flight, std::move(batch), std::move(rows));
                  });
}

void Appender::answer(Flight& flight, Batch batch, Result<Rows> rows) {
  if (rows) {
    measures_.batch_sizes.observe(static_cast<double>(flight.size));
    measures_.batch_seconds.observe(Clock::now() - flight.sent_at);
  } else {
    ++measures_.batches_failed;
  }
  flight.size = 0;
  flight.stuck = false;
  flight.relations.clear();
  const std::shared_ptr<Alive> alive = alive_;
  Batch locked;
  if (rows) {
    locked = answer_rows(flight, std::move(batch), *rows);
  } else {
    const Verdict verdict = verdict_of(rows.error());
    if (verdict == Verdict::locked || (verdict == Verdict::row && batch.size() > 1)) {
      try_alone(batch, rows.error());
      locked = std::move(batch);
    } else {
      refuse(std::move(batch), rows.error());
    }
  }
  if (alive->appender == nullptr) return;
  // Before those that came later, which thereby keep their place behind them.
  for (auto each = locked.rbegin(); each != locked.rend(); ++each)
    queue_.push_front(std::move(*each));
  begin();
}

// What is left to be tried again.
Appender::Batch Appender::answer_rows(Flight& flight, Batch batch, const Rows& rows) {
  const std::shared_ptr<Alive> alive = alive_;
  // Before the messages stands the row of the audit record.
  int row = 0;
  if (!rows.empty() && rows.number(0, 0) == 0) {
    flight.chain.number = rows.number(0, 1);
    flight.chain.hash = rows.text(0, 6);
    row = 1;
  }
  Batch locked;
  const TimePoint try_again = Clock::now() + limits_.lock_pause;
  for (Pending& each : batch) {
    each.position = each.follows ? batch[*each.follows].position : std::nullopt;
    if (row == rows.count()) {
      each.reply(fail(StoreError::corrupt, "the database answered too few messages"));
    } else if (static_cast<Outcome>(rows.number(row, 1)) != Outcome::locked) {
      each.reply(appended(rows, row, each.message, each.position));
      ++row;
    } else {
      ++row;
      each.not_before = try_again;
      locked.push_back(std::move(each));
    }
    if (alive->appender == nullptr) break;
  }
  return locked;
}

void Appender::refuse(Batch batch, const Error& error) {
  const bool row = batch.size() == 1 && verdict_of(error) == Verdict::row;
  if (!row)
    log::warn("messages not stored", {{"messages", batch.size()}, {"error", error.describe()}});
  for (Pending& each : batch) each.reply(std::unexpected(error));
}

// Which row it is the database does not say.
void Appender::try_alone(Batch& batch, const Error& error) {
  if (batch.size() > 1) {
    log::info("a message cannot be stored; its batch goes one by one",
              {{"messages", batch.size()}, {"error", error.code.message()}});
    for (Pending& each : batch) each.alone = true;
    return;
  }
  batch.front().alone = true;
  batch.front().stuck = true;
  batch.front().not_before = Clock::now() + limits_.long_lock_pause;
}

}  // namespace quickclinic::postgres
