#include "chat/message_id.hpp"
#include "store/contract/store_contract.hpp"

#include <algorithm>
#include <deque>
#include <thread>

namespace quickclinic::store {
namespace {

using chat::StoreError;

class AppendContract : public StoreContract {
 protected:
  static chat::NewMessage message(const char* id, const chat::RelationId& relation,
                                  const chat::UserId& sender, const char* text) {
    return {.id = chat::MessageId(id), .relation = relation, .sender = sender, .text = text};
  }
};

TEST_P(AppendContract, AnswersTheMessageAsItIsStored) {
  const auto pair = add_pair("a");
  set_clock(std::chrono::milliseconds(1'800'000'000'123));

  const auto appended =
      await(messages().append(message("m1", pair.id, pair.patient, "Good morning \u2600")));

  ASSERT_TRUE(appended) << appended.error().describe();
  EXPECT_TRUE(appended->stored);
  EXPECT_EQ(appended->message.id, chat::MessageId("m1"));
  EXPECT_EQ(appended->message.relation, pair.id);
  EXPECT_EQ(appended->message.sender, pair.patient);
  EXPECT_EQ(appended->message.text, "Good morning \u2600");
  EXPECT_EQ(iso8601(appended->message.created_at), "2027-01-15T08:00:00.123Z");
  const auto page = await(messages().page(pair.id, {})).value();
  ASSERT_EQ(page.messages.size(), 1U);
  EXPECT_EQ(page.messages[0].id, chat::MessageId("m1"));
  EXPECT_EQ(page.messages[0].sender, pair.patient);
  EXPECT_EQ(page.messages[0].text, "Good morning \u2600");
  EXPECT_EQ(page.messages[0].created_at, appended->message.created_at);
}

TEST_P(AppendContract, KeepsTextExactlyWhateverItHolds) {
  const auto pair = add_pair("a");
  const std::string texts[] = {"'; DROP TABLE \"User\"; --", "<b>\\u0000 %s {}</b>", "\r\n\t",
                               std::string(20000, 'x'), "\U0001F469\u200D\u2695\uFE0F \u202E abc"};

  for (const std::string& text : texts) send(pair.id, pair.doctor, text);

  EXPECT_EQ(texts_of(await(messages().page(pair.id, {}))->messages),
            std::vector<std::string>(std::begin(texts), std::end(texts)));
}

TEST_P(AppendContract, GivesEachMessageOfARelationALaterTimeThoughTheClockStandsStill) {
  const auto pair = add_pair("a");

  const auto sent = send_many(pair, 5);

  for (std::size_t i = 1; i < sent.size(); ++i) {
    EXPECT_EQ(sent[i].created_at, sent[i - 1].created_at + std::chrono::milliseconds(1));
  }
}

TEST_P(AppendContract, GivesALaterTimeThoughTheClockJumpsBack) {
  const auto pair = add_pair("a");
  set_clock(std::chrono::milliseconds(1'800'000'000'000));
  const auto before = send(pair.id, pair.doctor, "before");
  set_clock(std::chrono::milliseconds(1'700'000'000'000));

  const auto after = send(pair.id, pair.doctor, "after");

  EXPECT_EQ(after.created_at, before.created_at + std::chrono::milliseconds(1));
  EXPECT_EQ(texts_of(await(messages().page(pair.id, {}))->messages),
            (std::vector<std::string>{"before", "after"}));
}

TEST_P(AppendContract, LeavesTheTimesOfOtherRelationsAlone) {
  const auto busy = add_pair("busy");
  const auto quiet = add_pair("quiet");
  set_clock(std::chrono::milliseconds(1'800'000'000'000));
  send_many(busy, 50);

  const auto sent = send(quiet.id, quiet.doctor, "first");

  EXPECT_EQ(sent.created_at, WallTime(std::chrono::milliseconds(1'800'000'000'000)));
}

TEST_P(AppendContract, TakesARepeatedIdForTheSameMessage) {
  const auto pair = add_pair("a");
  const auto first = await(messages().append(message("m1", pair.id, pair.doctor, "first text")));
  send(pair.id, pair.doctor, "between");

  const auto again = await(messages().append(message("m1", pair.id, pair.doctor, "second text")));

  ASSERT_TRUE(again) << again.error().describe();
  EXPECT_FALSE(again->stored);
  EXPECT_EQ(again->message.text, "first text");
  EXPECT_EQ(again->message.created_at, first->message.created_at);
  EXPECT_EQ(await(messages().page(pair.id, {}))->total, 2);
}

TEST_P(AppendContract, RefusesAnIdThatIsTheMessageOfAnotherSenderOrRelation) {
  const auto pair = add_pair("a");
  const auto other = add_pair("b");
  ASSERT_TRUE(await(messages().append(message("m1", pair.id, pair.doctor, "mine"))));

  EXPECT_EQ(await(messages().append(message("m1", pair.id, pair.patient, "x"))).error().code,
            StoreError::conflict);
  EXPECT_EQ(await(messages().append(message("m1", other.id, pair.doctor, "x"))).error().code,
            StoreError::conflict);
  EXPECT_EQ(await(messages().page(pair.id, {}))->total, 1);
  EXPECT_EQ(await(messages().page(other.id, {}))->total, 0);
}

TEST_P(AppendContract, RefusesAMessageWhoseRelationOrSenderIsNotThere) {
  const auto pair = add_pair("a");

  EXPECT_EQ(await(messages().append(message("m1", chat::RelationId("none"), pair.doctor, "x")))
                .error()
                .code,
            StoreError::invalid);
  EXPECT_EQ(
      await(messages().append(message("m2", pair.id, chat::UserId("none"), "x"))).error().code,
      StoreError::invalid);
  EXPECT_EQ(await(messages().page(pair.id, {}))->total, 0);
}

TEST_P(AppendContract, FailsABadRowAloneAmongGoodNeighbours) {
  const auto pair = add_pair("a");
  asio::io_context loop;
  std::deque<Answer<chat::Appended>> answers(30);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const bool bad = i % 3 == 1;
    start(loop,
          messages().append({.id = chat::MessageId("m" + std::to_string(i)),
                             .relation = bad ? chat::RelationId("none") : pair.id,
                             .sender = pair.doctor,
                             .text = std::to_string(i)}),
          answers[i]);
  }

  loop.run();

  std::vector<std::string> stored;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (i % 3 == 1) {
      EXPECT_EQ(answers[i].result->error().code, StoreError::invalid) << i;
    } else {
      EXPECT_TRUE(answers[i].result->value().stored) << i;
      stored.push_back(std::to_string(i));
    }
  }
  EXPECT_EQ(texts_of(await(messages().page(pair.id, {.limit = 100}))->messages), stored);
}

TEST_P(AppendContract, StoresARepeatedIdOnceAmongAppendsThatAreInFlightTogether) {
  const auto pair = add_pair("a");
  asio::io_context loop;
  std::deque<Answer<chat::Appended>> answers(20);
  for (auto& answer : answers) {
    start(loop, messages().append(message("same", pair.id, pair.doctor, "once")), answer);
  }

  loop.run();

  const auto is_stored = [](const Answer<chat::Appended>& answer) {
    return answer.result->value().stored;
  };
  EXPECT_EQ(std::ranges::count_if(answers, is_stored), 1);
  EXPECT_TRUE(is_stored(answers.front()));
  EXPECT_EQ(await(messages().page(pair.id, {}))->total, 1);
}

// Sends a message and notes its place among those that were resumed.
Task<> send_and_note(chat::MessageStore& store, chat::NewMessage message, int number,
                     std::vector<int>& resumed) {
  auto appended = co_await store.append(std::move(message));
  if (!appended) co_return std::unexpected(appended.error());
  resumed.push_back(number);
  co_return Result<>();
}

TEST_P(AppendContract, CommitsAndResumesInTheOrderOfTheCalls) {
  const auto pair = add_pair("a");
  asio::io_context loop;
  constexpr int count = 1500;  // several transactions of the largest size
  std::deque<Answer<void>> answers(count);
  std::vector<int> resumed;
  for (int i = 0; i < count; ++i) {
    start(loop,
          send_and_note(messages(),
                        {.id = chat::new_message_id(),
                         .relation = pair.id,
                         .sender = pair.doctor,
                         .text = std::to_string(i)},
                        i, resumed),
          answers[static_cast<std::size_t>(i)]);
  }

  loop.run();

  EXPECT_EQ(resumed.size(), static_cast<std::size_t>(count));
  EXPECT_TRUE(std::ranges::is_sorted(resumed));
  const auto page =
      await(messages().page(pair.id, {.page = 15, .limit = 100, .order = chat::PageOrder::oldest}));
  EXPECT_EQ(texts_of(page->messages), numbers(1400, 1499));
}

TEST_P(AppendContract, KeepsEverySendersOrderWhenManyThreadsAppend) {
  const auto pair = add_pair("a");
  constexpr int threads = 4;
  constexpr int each = 100;
  std::vector<std::thread> senders;
  for (int t = 0; t < threads; ++t) {
    senders.emplace_back([&, t] {
      for (int i = 0; i < each; ++i) {
        send(pair.id, t % 2 == 0 ? pair.doctor : pair.patient,
             std::to_string(t) + ":" + std::to_string(i));
      }
    });
  }
  for (auto& sender : senders) sender.join();

  std::vector<int> next(threads, 0);
  std::optional<WallTime> last;
  for (int page = 1; page <= 4; ++page) {
    const auto chunk = await(
        messages().page(pair.id, {.page = page, .limit = 100, .order = chat::PageOrder::oldest}));
    ASSERT_EQ(chunk->total, threads * each);
    for (const auto& message : chunk->messages) {
      EXPECT_TRUE(!last || message.created_at > *last);
      last = message.created_at;
      const auto thread = static_cast<std::size_t>(message.text[0] - '0');
      EXPECT_EQ(message.text.substr(2), std::to_string(next[thread]++));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Every, AppendContract, ::testing::ValuesIn(implementations()),
                         implementation_name);

}  // namespace
}  // namespace quickclinic::store
