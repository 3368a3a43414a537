#pragma once

#include "base/task.hpp"
#include "chat/conversation.hpp"
#include "chat/store.hpp"
#include "server/services.hpp"
#include "server/watched_people.hpp"
#include "transport/shard.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace quickclinic::server {

/// What is shown live of the relations whose home is this shard: each message once and in the order
/// of its commit, whoever wrote it.
///
/// Every message names the position of its relation before it (`chat::Appended::previous`). Where
/// that is not what was shown last, something by another program or instance lies between: it is
/// read from the store and shown first. One for each shard, which it outlives; every call comes
/// from the shard, but the static ones from any.
class Live {
 public:
  Live(Services& services, transport::Shard& shard, const WatchedPeople& watched)
      : services_(services), shard_(shard), watched_(watched) {}

  /// Where a relation is at home: one of the shards that `shard` is of.
  static transport::Shard& home_of(const transport::Shard& shard, const chat::RelationId& relation);

  /// Somebody looks at the conversation from now on, which stood at `position` when they asked.
  void follow(const chat::Conversation& conversation, WallTime position);
  void unfollow(const chat::RelationId& relation);
  /// Somebody's name has changed.
  void rename(const chat::Conversation& conversation);

  /// A message that was sent through this server was stored; or stored before, and told again.
  struct Own {
    chat::Message message;
    chat::Member sender;
    std::optional<chat::ClientMessageId> client_id;
    chat::UserId other = {};  ///< whom it was sent to; empty: not told
  };
  void stored(Own own, const chat::Appended& appended);

  /// Another program wrote a message. When somebody watches all their conversations, it is found
  /// out whether this is one of them.
  void heard(const chat::RelationId& relation, WallTime created_at);

  /// Looks whether any relation stands further than was shown, and shows what is missing.
  Task<> catch_up();

 private:
  /// Messages of a relation that wait for one before them; beyond, they are found in the store.
  static constexpr std::size_t held_max = 256;
  /// After so many looks without a follower nobody who asked before is still coming in.
  static constexpr unsigned idle_looks_max = 5;
  /// Read at once to fill a gap.
  static constexpr std::int64_t read_at_once = 100;

  struct Held {
    Own own;
    WallTime previous;
  };
  struct Stream {
    unsigned followers = 0;
    std::optional<chat::Conversation> people;  ///< nothing before the first follower
    WallTime shown = {};                       ///< the position up to which everything was shown
    WallTime heard = {};                       ///< the newest that another program is known of
    bool filling = false;
    unsigned idle_looks = 0;  ///< of `catch_up`, one after the other without a follower
    std::deque<Held> held;    ///< ascending
  };

  Stream& stream_of(const chat::RelationId& relation, WallTime position);
  void begin_filling(const chat::RelationId& relation, Stream& stream);
  Task<> fill(chat::RelationId relation);
  void show_read(Stream& stream, const std::vector<chat::Message>& messages);
  void show_held(Stream& stream);
  void show(const Stream& stream, const Own& own);
  void show_watchers(const Stream& stream, const Own& own, std::string_view message);
  Task<> find_watched(chat::RelationId relation);
  void forget_idle();

  Services& services_;
  transport::Shard& shard_;
  const WatchedPeople& watched_;
  std::unordered_map<chat::RelationId, Stream> streams_;
};

}  // namespace quickclinic::server
