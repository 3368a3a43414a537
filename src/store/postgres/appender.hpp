#pragma once

#include "chat/store.hpp"
#include "chat/store_measures.hpp"
#include "store/postgres/lane.hpp"
#include "store/postgres/send_chains.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace quickclinic::postgres {

/// Group commit: while one batch of messages is being committed the next is gathered, so that many
/// share one round trip and one flush to disk. As long as batches are small two may be under way,
/// on a lane each, so that a single message waits for nobody.
///
/// A message that cannot be stored fails alone. Messages of one relation are committed and answered
/// in the order in which they came; a relation that another transaction has locked, or a person,
/// makes only its own messages wait. A batch whose outcome is unknown, because the connection went,
/// is sent again: its messages have their ids already. Belongs to its loop's thread.
///
/// What is stored is in the audit record by the same transaction, in chains of the appender's own,
/// one for each lane.
class Appender {
 public:
  struct Limits {
    std::size_t messages_max = 8192;           ///< that wait; beyond, `overloaded`
    std::size_t batch_max = 256;               ///< beyond, a commit's cost is shared enough
    std::size_t small_batch = 8;               ///< beside a larger one the next is gathered
    std::chrono::milliseconds wait_max{5000};  ///< people give up after that
    std::chrono::milliseconds lock_pause{10};  ///< before a locked relation is tried again
    /// Before a message is tried again whose turn a lock used up (`quickclinic.append`).
    std::chrono::milliseconds long_lock_pause{500};
  };
  using Reply = std::move_only_function<void(Result<chat::Appended>)>;

  /// `wall_now` may be empty: then the database's clock counts, the same for all instances. The
  /// second lane is used only when it is open, since the other one has an answer sooner.
  Appender(boost::asio::any_io_executor executor, Lane& lane, Lane& second_lane, SendChains& chains,
           Limits limits, std::function<WallTime()> wall_now);
  ~Appender();

  void append(chat::NewMessage message, Reply reply);

  /// Adds what it has done, and what waits.
  void measure(chat::StoreMeasures& measures) const;

 private:
  struct Pending {
    chat::NewMessage message;
    Reply reply;
    TimePoint deadline;
    TimePoint not_before{};
    bool alone = false;  // one of its batch could not be stored
    bool stuck = false;  // somebody has locked what it needs
    // In the batch that it goes with:
    std::int64_t behind = 0;                  // messages of its relation before it
    std::optional<std::size_t> follows = {};  // the last of those
    std::optional<WallTime> position = {};    // of its relation behind it, once answered
  };
  using Batch = std::vector<Pending>;
  /// A lane and the batch that is under way on it.
  struct Flight {
    Lane& lane;
    chat::AuditHead chain;  // as the database has it
    std::size_t size = 0;   // 0: nothing is under way
    TimePoint sent_at{};
    bool stuck = false;
    struct Last {
      std::int64_t messages = 0;
      std::optional<std::size_t> place = {};
    };
    std::unordered_map<std::string_view, Last> relations{};  // of the batch, whose text it is
  };
  struct Alive;

  void begin_soon();
  void begin();
  bool may_begin(Flight& flight);
  Batch take();
  bool has_to_wait(const Pending& pending) const;
  void send(Flight& flight, Batch batch);
  void answer(Flight& flight, Batch batch, Result<Rows> rows);
  Batch answer_rows(Flight& flight, Batch batch, const Rows& rows);
  void refuse(Batch batch, const Error& error);
  void try_alone(Batch& batch, const Error& error);

  boost::asio::any_io_executor executor_;
  SendChains& chains_;
  std::array<Flight, 2> flights_;
  Limits limits_;
  std::function<WallTime()> wall_now_;
  std::deque<Pending> queue_;
  chat::StoreMeasures measures_;
  bool beginning_ = false;  // in the loop's next turn
  boost::asio::steady_timer pause_;
  std::shared_ptr<Alive> alive_;
};

}  // namespace quickclinic::postgres
