#include "store/contract/store_contract.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace quickclinic::store {
namespace {

using chat::PageOrder;
using chat::StoreError;
using Direction = chat::SliceRequest::Direction;

class PageContract : public StoreContract {
 protected:
  std::vector<std::string> page(const chat::Relation& pair, std::int64_t number, std::int64_t limit,
                                PageOrder order) {
    const auto answer =
        await(messages().page(pair.id, {.page = number, .limit = limit, .order = order}));
    EXPECT_TRUE(answer) << answer.error().describe();
    return texts_of(answer->messages);
  }
};

TEST_P(PageContract, IsEmptyForARelationWithoutMessages) {
  const auto pair = add_pair("a");

  for (const auto& relation : {pair.id, chat::RelationId("none")}) {
    const auto answer = await(messages().page(relation, {}));
    ASSERT_TRUE(answer) << answer.error().describe();
    EXPECT_TRUE(answer->messages.empty());
    EXPECT_EQ(answer->total, 0);
  }
}

TEST_P(PageContract, CountsChunksFromTheNewestMessageWithEachChunkAscending) {
  const auto pair = add_pair("a");
  send_many(pair, 25);

  EXPECT_EQ(page(pair, 1, 10, PageOrder::newest), numbers(16, 25));
  EXPECT_EQ(page(pair, 2, 10, PageOrder::newest), numbers(6, 15));
  EXPECT_EQ(page(pair, 3, 10, PageOrder::newest), numbers(1, 5));
  EXPECT_EQ(page(pair, 4, 10, PageOrder::newest), numbers(1, 0));
}

TEST_P(PageContract, CountsPagesFromTheFirstMessage) {
  const auto pair = add_pair("a");
  send_many(pair, 25);

  EXPECT_EQ(page(pair, 1, 10, PageOrder::oldest), numbers(1, 10));
  EXPECT_EQ(page(pair, 2, 10, PageOrder::oldest), numbers(11, 20));
  EXPECT_EQ(page(pair, 3, 10, PageOrder::oldest), numbers(21, 25));
  EXPECT_EQ(page(pair, 4, 10, PageOrder::oldest), numbers(1, 0));
}

TEST_P(PageContract, CutsTheSameAnswerFromWhicheverEndItIsNearer) {
  const auto pair = add_pair("a");
  constexpr int total = 13;
  send_many(pair, total);

  for (int limit = 1; limit <= total + 1; ++limit) {
    for (int number = 1; number <= total + 1; ++number) {
      const int skipped = (number - 1) * limit;
      const int taken = std::clamp(total - skipped, 0, limit);
      EXPECT_EQ(page(pair, number, limit, PageOrder::oldest), numbers(skipped + 1, skipped + taken))
          << number << " of " << limit;
      EXPECT_EQ(page(pair, number, limit, PageOrder::newest),
                numbers(total - skipped - taken + 1, total - skipped))
          << number << " of " << limit;
    }
  }
}

TEST_P(PageContract, IsEmptyBeyondTheEndHoweverLargeThePageNumber) {
  const auto pair = add_pair("a");
  send_many(pair, 3);
  constexpr auto largest = std::numeric_limits<std::int64_t>::max();

  for (const PageOrder order : {PageOrder::newest, PageOrder::oldest}) {
    for (const std::int64_t number : {largest, largest / 100, std::int64_t{3}}) {
      EXPECT_TRUE(page(pair, number, 2, order).empty()) << number;
      EXPECT_TRUE(page(pair, number, 100, order).empty()) << number;
    }
  }
}

TEST_P(PageContract, KeepsTheTotalOfEachRelationApart) {
  const auto first = add_pair("a");
  const auto second = add_pair("b");
  send_many(first, 7);
  send_many(second, 2);

  EXPECT_EQ(await(messages().page(first.id, {.limit = 1}))->total, 7);
  EXPECT_EQ(await(messages().page(second.id, {.page = 9}))->total, 2);
  EXPECT_EQ(page(second, 1, 100, PageOrder::newest), numbers(1, 2));
}

class SliceContract : public StoreContract {
 protected:
  struct Cut {
    std::vector<std::string> texts;
    bool has_more = false;
    bool operator==(const Cut&) const = default;
  };
  Cut slice(const chat::RelationId& relation, chat::SliceRequest request) {
    const auto answer = await(messages().slice(relation, std::move(request)));
    EXPECT_TRUE(answer) << answer.error().describe();
    return {.texts = texts_of(answer->messages), .has_more = answer->has_more};
  }
  StoreError refusal(const chat::RelationId& relation, chat::SliceRequest request) {
    const auto answer = await(messages().slice(relation, std::move(request)));
    EXPECT_FALSE(answer);
    return static_cast<StoreError>(answer.error().code.value());
  }
};

TEST_P(SliceContract, GivesTheNewestWithoutAnAnchor) {
  const auto pair = add_pair("a");
  send_many(pair, 5);

  EXPECT_EQ(slice(pair.id, {.anchor = {}, .limit = 3}), (Cut{numbers(3, 5), true}));
  EXPECT_EQ(slice(pair.id, {.anchor = {}, .limit = 4}), (Cut{numbers(2, 5), true}));
  EXPECT_EQ(slice(pair.id, {.anchor = {}, .limit = 5}), (Cut{numbers(1, 5), false}));
  EXPECT_EQ(slice(pair.id, {.anchor = {}, .limit = 100}), (Cut{numbers(1, 5), false}));
}

TEST_P(SliceContract, IsEmptyForARelationWithoutMessages) {
  const auto pair = add_pair("a");

  EXPECT_EQ(slice(pair.id, {}), (Cut{{}, false}));
  EXPECT_EQ(slice(chat::RelationId("none"), {}), (Cut{{}, false}));
}

TEST_P(SliceContract, GivesTheNearestBeforeTheAnchorAscending) {
  const auto pair = add_pair("a");
  const auto sent = send_many(pair, 6);
  const auto before = [&](std::size_t position, std::int64_t limit) {
    return slice(pair.id,
                 {.direction = Direction::before, .anchor = sent[position].id, .limit = limit});
  };

  EXPECT_EQ(before(5, 2), (Cut{numbers(4, 5), true}));
  EXPECT_EQ(before(5, 5), (Cut{numbers(1, 5), false}));
  EXPECT_EQ(before(2, 2), (Cut{numbers(1, 2), false}));
  EXPECT_EQ(before(2, 1), (Cut{numbers(2, 2), true}));
  EXPECT_EQ(before(0, 5), (Cut{{}, false}));
}

TEST_P(SliceContract, GivesTheNearestAfterTheAnchorAscending) {
  const auto pair = add_pair("a");
  const auto sent = send_many(pair, 6);
  const auto after = [&](std::size_t position, std::int64_t limit) {
    return slice(pair.id,
                 {.direction = Direction::after, .anchor = sent[position].id, .limit = limit});
  };

  EXPECT_EQ(after(0, 2), (Cut{numbers(2, 3), true}));
  EXPECT_EQ(after(0, 5), (Cut{numbers(2, 6), false}));
  EXPECT_EQ(after(3, 2), (Cut{numbers(5, 6), false}));
  EXPECT_EQ(after(3, 1), (Cut{numbers(5, 5), true}));
  EXPECT_EQ(after(5, 5), (Cut{{}, false}));
}

TEST_P(SliceContract, RefusesAnAnchorThatIsNotOfTheRelation) {
  const auto pair = add_pair("a");
  const auto other = add_pair("b");
  send_many(pair, 2);
  const auto foreign = send(other.id, other.doctor, "foreign");

  for (const Direction direction : {Direction::before, Direction::after}) {
    for (const auto& anchor : {chat::MessageId("none"), foreign.id}) {
      EXPECT_EQ(refusal(pair.id, {.direction = direction, .anchor = anchor}),
                StoreError::not_found);
    }
    EXPECT_EQ(refusal(chat::RelationId("none"), {.direction = direction, .anchor = foreign.id}),
              StoreError::not_found);
  }
}

TEST_P(SliceContract, NeverReachesIntoAnotherRelation) {
  const auto first = add_pair("a");
  const auto second = add_pair("b");
  std::vector<chat::Message> sent;
  for (int i = 1; i <= 4; ++i) {
    sent.push_back(send(first.id, first.doctor, std::to_string(i)));
    send(second.id, second.doctor, "other");
  }

  EXPECT_EQ(slice(first.id, {.direction = Direction::after, .anchor = sent[0].id}),
            (Cut{numbers(2, 4), false}));
  EXPECT_EQ(slice(first.id, {.direction = Direction::before, .anchor = sent[3].id}),
            (Cut{numbers(1, 3), false}));
}

INSTANTIATE_TEST_SUITE_P(Every, PageContract, ::testing::ValuesIn(implementations()),
                         implementation_name);
INSTANTIATE_TEST_SUITE_P(Every, SliceContract, ::testing::ValuesIn(implementations()),
                         implementation_name);

}  // namespace
}  // namespace quickclinic::store
