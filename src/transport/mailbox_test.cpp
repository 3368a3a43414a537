#include "transport/mailbox.hpp"

#include <gtest/gtest.h>

namespace quickclinic::transport {
namespace {

Mailbox::Entry broadcast() { return std::make_shared<const socketio::Broadcast>(); }

TEST(MailboxPush, WakesItsOwnerOncePerBatch) {
  Mailbox mailbox;
  std::vector<Mailbox::Entry> entries;

  EXPECT_EQ(mailbox.push(broadcast()), Mailbox::Pushed::wake);
  EXPECT_EQ(mailbox.push(broadcast()), Mailbox::Pushed::more);
  EXPECT_FALSE(mailbox.drain(entries));

  EXPECT_EQ(entries.size(), 2U);
  EXPECT_EQ(mailbox.push(broadcast()), Mailbox::Pushed::wake);
}

TEST(MailboxPush, KeepsOrder) {
  Mailbox mailbox;
  std::vector<int> ran;
  for (int i = 0; i < 3; ++i) mailbox.push(ShardTask([&ran, i] { ran.push_back(i); }));
  std::vector<Mailbox::Entry> entries;
  mailbox.drain(entries);

  for (Mailbox::Entry& entry : entries) std::get<ShardTask>(entry)();

  EXPECT_EQ(ran, (std::vector{0, 1, 2}));
}

TEST(MailboxOverflow, DropsBroadcastsAndSaysSoOnce) {
  Mailbox mailbox;
  const auto one = std::make_shared<const socketio::Broadcast>();
  for (std::size_t i = 0; i < Mailbox::broadcasts_max; ++i) mailbox.push(one);

  EXPECT_EQ(mailbox.push(one), Mailbox::Pushed::full);
  EXPECT_EQ(mailbox.push(ShardTask([] {})), Mailbox::Pushed::more);
  EXPECT_EQ(mailbox.depth().waiting, Mailbox::broadcasts_max + 1);
  EXPECT_EQ(mailbox.depth().dropped, 1U);

  std::vector<Mailbox::Entry> entries;
  EXPECT_TRUE(mailbox.drain(entries));
  EXPECT_EQ(entries.size(), Mailbox::broadcasts_max + 1);
  entries.clear();
  EXPECT_FALSE(mailbox.drain(entries));
}

}  // namespace
}  // namespace quickclinic::transport
