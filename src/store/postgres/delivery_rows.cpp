#include "store/postgres/delivery_rows.hpp"

#include <utility>

namespace quickclinic::postgres {
namespace {

constexpr Statement mark_delivered{R"sql(
  SELECT "messageId", "at", "advanced" FROM quickclinic.mark_delivered($1, $2, $3, $4))sql"};
constexpr Statement select_deliveries{R"sql(
  SELECT "userId", "messageId", "at"::timestamp FROM quickclinic.received
    WHERE "relationId" = $1 ORDER BY "userId")sql"};

}  // namespace

Task<chat::Marked> mark_message_delivered(Links& links, chat::RelationId relation,
                                          chat::UserId user, chat::MessageId message,
                                          std::optional<WallTime> wall) {
  Parameters parameters;
  parameters.text(relation.text()).text(user.text()).text(message.text()).time(wall);
  auto rows = co_await ask(links, LaneChoice::write, mark_delivered, std::move(parameters));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return fail(chat::StoreError::corrupt, "a mark vanished");
  co_return chat::Marked{.mark = {.user = std::move(user),
                                  .message = chat::MessageId(rows->view(0, 0)),
                                  .at = rows->time(0, 1)},
                         .advanced = rows->boolean(0, 2)};
}

Task<std::vector<chat::Mark>> relation_deliveries(Links& links, chat::RelationId relation) {
  auto rows = co_await ask(links, LaneChoice::read, select_deliveries,
                           Parameters::one_text(relation.text()));
  if (!rows) co_return std::unexpected(rows.error());
  std::vector<chat::Mark> marks;
  for (int row = 0; row < rows->count(); ++row) {
    marks.push_back({.user = chat::UserId(rows->view(row, 0)),
                     .message = chat::MessageId(rows->view(row, 1)),
                     .at = rows->time(row, 2)});
  }
  co_return marks;
}

}  // namespace quickclinic::postgres
