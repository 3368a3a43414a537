#pragma once

#include "base/task.hpp"
#include "chat/conversation.hpp"
#include "chat/store.hpp"
#include "server/services.hpp"
#include "server/watched_people.hpp"
#include "transport/shard.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace quickclinic::server {

/// What is shown live of the relations whose home is this shard: each message once and in the order
/// of its commit, whoever wrote it.
///
/// Every message names the position of its relation before it (`chat::Appended::previous`). Where
/// that is not what was shown last, something by another program or instance lies between: it is
/// read from the store and shown first. So do instances with each other's messages, of which they
/// tell each other that there is something to read, and no more (docs/decisions/0012). One for each
/// shard, which it outlives; every call comes from the shard, but the static ones from any.
class Live {
 public:
  Live(Services& services, transport::Shard& shard, const WatchedPeople& watched)
      : services_(services), shard_(shard), watched_(watched) {}

  /// Where a relation is at home: one of the shards that `shard` is of.
  static transport::Shard& home_of(const transport::Shard& shard, const chat::RelationId& relation);

  /// Somebody looks at the conversation from now on, which stood at `position` when they asked.
  void follow(chat::ConversationPtr conversation, WallTime position);
  void unfollow(const chat::RelationId& relation);
  /// Somebody's name has changed.
  void rename(chat::ConversationPtr conversation);

  /// A message with all that it takes to show it.
  struct Shown {
    chat::Message message;
    chat::ConversationPtr people;
    std::string told;   ///< the payload of `new_message`
    std::string named;  ///< the same for the sender's devices; empty: the same as for everybody
  };
  /// A message that was sent through this server was stored after `previous`; or nothing: it was
  /// stored before, and is told again.
  void stored(const Shown& shown, std::optional<WallTime> previous);

  /// Listens to what other instances tell of the messages that they store, for all shards. To be
  /// called on shard 0.
  static void hear_instances(Services& services, transport::Shard& shard);

  /// Another program or instance wrote a message. When somebody watches all their conversations, it
  /// is found out whether this is one of them.
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
  /// Told to other instances: which relation, the time of its new message in milliseconds, and the
  /// ids of its sender and of the other one.
  static constexpr std::string_view stored_event = "quickclinic_stored";
  /// A time that is further ahead was not told by an instance.
  static constexpr std::chrono::minutes clocks_apart_max{1};

  struct Held {
    Shown shown;
    WallTime previous;
  };
  struct Stream {
    unsigned followers = 0;
    chat::ConversationPtr people;  ///< null before the first follower
    WallTime shown = {};           ///< the position up to which everything was shown
    WallTime heard = {};           ///< the newest that another program is known of
    bool filling = false;
    unsigned idle_looks = 0;  ///< of `catch_up`, one after the other without a follower
    std::deque<Held> held;    ///< ascending
  };

  void tell_instances(const Shown& shown);
  void heard_of_instance(const chat::RelationId& relation, WallTime created_at,
                         const chat::UserId& sender, const chat::UserId& other);
  Stream& stream_of(const chat::RelationId& relation, WallTime position);
  void begin_filling(const chat::RelationId& relation, Stream& stream);
  Task<> fill(chat::RelationId relation);
  void show_read(Stream& stream, const std::vector<chat::Message>& messages);
  void show_held(Stream& stream);
  void show(const Shown& shown);
  void show_watchers(const Shown& shown);
  Task<> find_watched(chat::RelationId relation);
  void forget_idle();

  Services& services_;
  transport::Shard& shard_;
  const WatchedPeople& watched_;
  std::unordered_map<chat::RelationId, Stream> streams_;
};

}  // namespace quickclinic::server
