#include "store/postgres/message_rows.hpp"

#include "base/clock.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace quickclinic::postgres {

using chat::StoreError;

namespace {

constexpr std::string_view lock_not_available = "55P03";  // PostgreSQL, appendix A
constexpr std::chrono::milliseconds lock_pause{10};       // before a lock is asked for again
constexpr std::chrono::milliseconds lock_wait_max{4000};  // people give up after that

// The index of the web application ends with the time; of the same time there are few.
constexpr Statement select_from_start{R"sql(
  SELECT "id", "senderId", "text", "createdAt" FROM public."ChatMessages"
    WHERE "doctorPatientRelationId" = $1 ORDER BY "createdAt", "id" LIMIT $2 OFFSET $3)sql"};
constexpr Statement select_from_end{R"sql(
  SELECT "id", "senderId", "text", "createdAt" FROM public."ChatMessages"
    WHERE "doctorPatientRelationId" = $1 ORDER BY "createdAt" DESC, "id" DESC LIMIT $2 OFFSET $3)sql"};
// The anchor's time is found first, so that the index begins there; joined, the messages would be
// gone through from the end.
constexpr Statement select_before{R"sql(
  SELECT m."id", m."senderId", m."text", m."createdAt" FROM public."ChatMessages" m
    WHERE m."doctorPatientRelationId" = $1
      AND m."createdAt" <= (SELECT a."createdAt" FROM public."ChatMessages" a
                              WHERE a."id" = $3 AND a."doctorPatientRelationId" = $1)
      AND (m."createdAt", m."id") < (SELECT a."createdAt", a."id" FROM public."ChatMessages" a WHERE a."id" = $3)
    ORDER BY m."createdAt" DESC, m."id" DESC LIMIT $2)sql"};
constexpr Statement select_after{R"sql(
  SELECT m."id", m."senderId", m."text", m."createdAt" FROM public."ChatMessages" m
    WHERE m."doctorPatientRelationId" = $1
      AND m."createdAt" >= (SELECT a."createdAt" FROM public."ChatMessages" a
                              WHERE a."id" = $3 AND a."doctorPatientRelationId" = $1)
      AND (m."createdAt", m."id") > (SELECT a."createdAt", a."id" FROM public."ChatMessages" a WHERE a."id" = $3)
    ORDER BY m."createdAt", m."id" LIMIT $2)sql"};
constexpr Statement select_newer{R"sql(
  SELECT "id", "senderId", "text", "createdAt" FROM public."ChatMessages"
    WHERE "doctorPatientRelationId" = $1 AND "createdAt" > $2
    ORDER BY "createdAt", "id" LIMIT $3)sql"};
constexpr Statement select_positions{R"sql(
  SELECT "relationId", "lastCreatedAt" FROM quickclinic.relation_state
    WHERE "relationId" = ANY ($1) AND "messages" > 0)sql"};
constexpr Statement count_again{R"sql(
  SELECT quickclinic.count_again(array_agg(r.id))
    FROM unnest($1::text[]) AS r (id)
    JOIN LATERAL (SELECT m."createdAt" FROM public."ChatMessages" m
                    WHERE m."doctorPatientRelationId" = r.id ORDER BY m."createdAt" DESC LIMIT 1) n ON true
    LEFT JOIN quickclinic.relation_state s ON s."relationId" = r.id
    WHERE s."relationId" IS NULL OR s."lastCreatedAt" < n."createdAt"
    HAVING count(*) > 0)sql"};
constexpr Statement select_anchor{R"sql(
  SELECT 1::bigint FROM public."ChatMessages" WHERE "id" = $1 AND "doctorPatientRelationId" = $2)sql"};
constexpr Statement select_total{R"sql(
  SELECT s."messages", r."userId", r."messageId", r."readAt"
    FROM quickclinic.relation_state s LEFT JOIN quickclinic.read_state r ON r."relationId" = s."relationId"
    WHERE s."relationId" = $1 ORDER BY r."userId")sql"};
// What most people see first, at one stroke: the newest messages, the total (kind 1), the marks
// (2). The largest page there is, too, so that one plan is good for every page and is kept.
constexpr Statement select_opening{R"sql(
  (SELECT * FROM (
     SELECT "id", "senderId", "text", "createdAt", 0::bigint, 0::bigint FROM public."ChatMessages"
       WHERE "doctorPatientRelationId" = $1 ORDER BY "createdAt" DESC, "id" DESC LIMIT 100) newest LIMIT $2)
  UNION ALL
  SELECT NULL, NULL, NULL, NULL, 1, "messages" FROM quickclinic.relation_state WHERE "relationId" = $1
  UNION ALL
  SELECT "messageId", "userId", NULL, "readAt", 2, 0 FROM quickclinic.read_state WHERE "relationId" = $1)sql"};
constexpr Statement mark_read{R"sql(
  SELECT "messageId", "readAt", "advanced" FROM quickclinic.mark_read($1, $2, $3, $4))sql"};

std::vector<chat::Message> messages_of(const Rows& rows, const chat::RelationId& relation) {
  std::vector<chat::Message> messages;
  messages.reserve(static_cast<std::size_t>(rows.count()));
  for (int row = 0; row < rows.count(); ++row) {
    messages.push_back({.id = chat::MessageId(rows.view(row, 0)),
                        .relation = relation,
                        .sender = chat::UserId(rows.view(row, 1)),
                        .text = rows.text(row, 2),
                        .created_at = rows.time(row, 3)});
  }
  return messages;
}

chat::MessagePage opening_of(const Rows& rows, const chat::RelationId& relation) {
  chat::MessagePage page;
  for (int row = 0; row < rows.count(); ++row) {
    switch (rows.number(row, 4)) {
      case 0:
        page.messages.push_back({.id = chat::MessageId(rows.view(row, 0)),
                                 .relation = relation,
                                 .sender = chat::UserId(rows.view(row, 1)),
                                 .text = rows.text(row, 2),
                                 .created_at = rows.time(row, 3)});
        break;
      case 1:
        page.total = rows.number(row, 5);
        break;
      default:
        page.marks.push_back({.user = chat::UserId(rows.view(row, 1)),
                              .message = chat::MessageId(rows.view(row, 0)),
                              .at = rows.time(row, 3)});
    }
  }
  std::ranges::reverse(page.messages);
  std::ranges::sort(page.marks, {}, &chat::Mark::user);
  return page;
}

}  // namespace

Task<chat::MessagePage> message_page(Links& links, chat::RelationId relation,
                                     chat::PageRequest request) {
  if (request.page == 1 && request.order == chat::PageOrder::newest) {
    Parameters opening;
    opening.text(relation.text()).number(request.limit);
    auto rows = co_await ask(links, LaneChoice::read, select_opening, std::move(opening));
    if (!rows) co_return std::unexpected(rows.error());
    co_return opening_of(*rows, relation);
  }
  auto total =
      co_await ask(links, LaneChoice::read, select_total, Parameters::one_text(relation.text()));
  if (!total) co_return std::unexpected(total.error());
  chat::MessagePage page{
      .messages = {}, .total = total->empty() ? 0 : total->number(0, 0), .marks = {}};
  for (int row = 0; row < total->count(); ++row) {
    if (total->is_null(row, 1)) continue;
    page.marks.push_back({.user = chat::UserId(total->view(row, 1)),
                          .message = chat::MessageId(total->view(row, 2)),
                          .at = total->time(row, 3)});
  }
  // Compared before it is multiplied: a page number may be as large as a number can be.
  if (request.page - 1 > page.total / request.limit) co_return page;
  const std::int64_t skipped = (request.page - 1) * request.limit;
  const std::int64_t count = std::min(request.limit, page.total - skipped);
  if (count <= 0) co_return page;

  // The page lies `skipped` from one end and `beyond` from the other: walk from the nearer.
  const std::int64_t beyond = page.total - skipped - count;
  const bool counted_from_end = request.order == chat::PageOrder::newest;
  const bool walk_from_end = counted_from_end == (skipped <= beyond);
  Parameters parameters;
  parameters.text(relation.text()).number(count).number(std::min(skipped, beyond));
  const Statement statement = walk_from_end ? select_from_end : select_from_start;
  auto rows = co_await ask(links, LaneChoice::read, statement, std::move(parameters));
  if (!rows) co_return std::unexpected(rows.error());
  page.messages = messages_of(*rows, relation);
  if (walk_from_end) std::ranges::reverse(page.messages);
  co_return page;
}

Task<chat::MessageSlice> message_slice(Links& links, chat::RelationId relation,
                                       chat::SliceRequest request) {
  using Direction = chat::SliceRequest::Direction;
  const bool anchored = request.direction != Direction::newest;
  const bool forward = request.direction == Direction::after;
  // One more than asked for tells whether there are more.
  Parameters parameters;
  parameters.text(relation.text()).number(request.limit + 1);
  if (anchored) {
    parameters.text(request.anchor.text());
  } else {
    parameters.number(0);
  }
  const Statement statement = !anchored ? select_from_end : forward ? select_after : select_before;
  auto rows = co_await ask(links, LaneChoice::read, statement, std::move(parameters));
  if (!rows) co_return std::unexpected(rows.error());
  if (anchored && rows->empty()) {
    // Nothing beyond it, or no such anchor.
    Parameters anchor;
    anchor.text(request.anchor.text()).text(relation.text());
    auto found = co_await ask(links, LaneChoice::read, select_anchor, std::move(anchor));
    if (!found) co_return std::unexpected(found.error());
    if (found->empty()) co_return fail(StoreError::not_found, "no such message in the relation");
  }
  chat::MessageSlice slice{.messages = messages_of(*rows, relation), .has_more = false};
  if (slice.messages.size() > static_cast<std::size_t>(request.limit)) {
    slice.has_more = true;
    slice.messages.pop_back();
  }
  if (!forward) std::ranges::reverse(slice.messages);
  co_return slice;
}

Task<std::vector<chat::Message>> messages_newer_than(Links& links, chat::RelationId relation,
                                                     WallTime position, std::int64_t limit) {
  Parameters parameters;
  parameters.text(relation.text()).time(position).number(limit);
  auto rows = co_await ask(links, LaneChoice::read, select_newer, std::move(parameters));
  if (!rows) co_return std::unexpected(rows.error());
  co_return messages_of(*rows, relation);
}

Task<std::vector<chat::Position>> relation_positions(Links& links,
                                                     std::vector<chat::RelationId> relations,
                                                     bool counted) {
  Parameters parameters;
  parameters.texts(relations);
  if (!counted) {
    auto done = co_await ask(links, LaneChoice::write, count_again, parameters);
    if (!done) co_return std::unexpected(done.error());
  }
  auto rows = co_await ask(links, LaneChoice::read, select_positions, std::move(parameters));
  if (!rows) co_return std::unexpected(rows.error());
  std::vector<chat::Position> positions;
  for (int row = 0; row < rows->count(); ++row)
    positions.push_back({chat::RelationId(rows->view(row, 0)), rows->time(row, 1)});
  co_return positions;
}

Task<chat::Marked> mark_message_read(Links& links, chat::RelationId relation, chat::UserId user,
                                     chat::MessageId message, std::optional<WallTime> wall) {
  const TimePoint give_up = Clock::now() + lock_wait_max;
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer pause(executor);
  Result<Rows> rows;
  for (;;) {
    Parameters parameters;
    parameters.text(relation.text()).text(user.text()).text(message.text()).time(wall);
    rows = co_await ask(links, LaneChoice::write, mark_read, std::move(parameters));
    if (rows || !rows.error().context.starts_with(lock_not_available) || Clock::now() >= give_up)
      break;
    pause.expires_after(lock_pause);
    const auto [stopped] = co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
    if (stopped) break;
  }
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return fail(StoreError::corrupt, "a read mark vanished");
  co_return chat::Marked{.mark = {.user = std::move(user),
                                  .message = chat::MessageId(rows->view(0, 0)),
                                  .at = rows->time(0, 1)},
                         .advanced = rows->boolean(0, 2)};
}

}  // namespace quickclinic::postgres
