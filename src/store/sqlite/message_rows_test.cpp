#include "store/sqlite/message_rows.hpp"

#include "chat/message_id.hpp"
#include "store/contract/temporary_folder.hpp"
#include "store/sqlite/directory_rows.hpp"
#include "store/sqlite/migrate.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

namespace quickclinic::store {
namespace {

using Direction = chat::SliceRequest::Direction;

/// Conversations in a database of their own, and the work that reading them takes.
class MessageRowsCost : public testing::Test {
 protected:
  MessageRowsCost()
      : connection_(Connection::open({.path = folder_.path() / "clinic.db"}).value()) {
    migrate(connection_, wall_now()).value();
    sqlite3_progress_handler(connection_.handle(), 1, count_step, &steps_);
  }

  static int count_step(void* steps) {
    ++*static_cast<std::int64_t*>(steps);
    return 0;
  }

  struct Conversation {
    chat::Relation pair;
    std::vector<chat::MessageId> messages;
  };

  Conversation converse(const std::string& name, int count) {
    auto transaction = Transaction::begin(connection_, Transaction::Kind::write).value();
    const auto user = [&](chat::Role role, const std::string& email) {
      return insert_user(connection_,
                         {.email = email, .name = "N", .password_hash = "*", .role = role},
                         wall_now())
          .value();
    };
    const auto doctor = user(chat::Role::doctor, "d" + name);
    const auto patient = user(chat::Role::patient, "p" + name);
    Conversation made{
        .pair = find_or_insert_relation(connection_, doctor.id, patient.id, wall_now())
                    .value()
                    .relation,
        .messages = {}};
    for (int i = 0; i < count; ++i) {
      const auto appended = append_message(connection_,
                                           {.id = chat::new_message_id(),
                                            .relation = made.pair.id,
                                            .sender = doctor.id,
                                            .text = "text"},
                                           WallTime(std::chrono::milliseconds(1000)));
      made.messages.push_back(appended.value().message.id);
    }
    transaction.commit().value();
    return made;
  }

  /// Steps of SQLite's machine that one `read` takes, once its statements are prepared.
  template <class Read>
  std::int64_t cost_of(Read read) {
    read();
    steps_ = 0;
    read();
    return steps_;
  }

  TemporaryFolder folder_;
  Connection connection_;
  std::int64_t steps_ = 0;
};

TEST_F(MessageRowsCost, OfASliceIsTheSameInAShortAndALongHistory) {
  const auto brief = converse("brief", 60);
  const auto endless = converse("endless", 6000);
  const auto cost = [&](const Conversation& conversation, Direction direction) {
    const auto& anchor = conversation.messages[conversation.messages.size() / 2];
    return cost_of([&] {
      const auto slice = message_slice(connection_, conversation.pair.id,
                                       {.direction = direction, .anchor = anchor, .limit = 20});
      ASSERT_EQ(slice.value().messages.size(), 20U);
    });
  };

  for (const Direction direction : {Direction::newest, Direction::before, Direction::after}) {
    EXPECT_EQ(cost(endless, direction), cost(brief, direction));
  }
}

TEST_F(MessageRowsCost, OfTheOuterPagesIsTheSameInAShortAndALongHistory) {
  const auto brief = converse("brief", 60);
  const auto endless = converse("endless", 6000);
  const auto cost = [&](const Conversation& conversation, std::int64_t page,
                        chat::PageOrder order) {
    return cost_of([&] {
      const auto read = message_page(connection_, conversation.pair.id,
                                     {.page = page, .limit = 20, .order = order});
      ASSERT_EQ(read.value().messages.size(), 20U);
    });
  };

  for (const auto order : {chat::PageOrder::newest, chat::PageOrder::oldest}) {
    EXPECT_EQ(cost(endless, 1, order), cost(brief, 1, order));
    EXPECT_EQ(cost(endless, 300, order), cost(brief, 3, order)) << "the last page";
  }
}

TEST_F(MessageRowsCost, OfAnAppendIsTheSameInAShortAndALongHistory) {
  const auto brief = converse("brief", 1);
  const auto endless = converse("endless", 6000);
  const auto cost = [&](const Conversation& conversation) {
    return cost_of([&] {
      const auto appended = append_message(connection_,
                                           {.id = chat::new_message_id(),
                                            .relation = conversation.pair.id,
                                            .sender = conversation.pair.doctor,
                                            .text = "text"},
                                           WallTime());
      ASSERT_TRUE(appended.value().stored);
    });
  };

  EXPECT_EQ(cost(endless), cost(brief));
}

}  // namespace
}  // namespace quickclinic::store
