#pragma once

#include "chat/store.hpp"
#include "store/postgres/lane.hpp"
#include "store/postgres/send_chains.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace quickclinic::postgres {

/// Group commit: while one batch of messages is being committed the next is gathered, so that many
/// share one round trip and one flush to disk, and a single one waits for nobody.
///
/// A message that cannot be stored fails alone. Messages of one relation are committed and answered
/// in the order in which they came; a relation that another transaction has locked makes only its
/// own messages wait. A batch whose outcome is unknown, because the connection went, is sent again:
/// its messages have their ids already. Belongs to its loop's thread.
///
/// What is stored is in the audit record by the same transaction, in a chain of the appender's own.
class Appender {
 public:
  struct Limits {
    std::size_t messages_max = 8192;           ///< that wait; beyond, `overloaded`
    std::size_t batch_max = 256;               ///< beyond, a commit's cost is shared enough
    std::chrono::milliseconds wait_max{5000};  ///< people give up after that
    std::chrono::milliseconds lock_pause{10};  ///< before a locked relation is tried again
  };
  using Reply = std::move_only_function<void(Result<chat::Appended>)>;

  /// `wall_now` may be empty: then the database's clock counts, the same for all instances.
  Appender(const boost::asio::any_io_executor& executor, Lane& lane, SendChains& chains,
           Limits limits, std::function<WallTime()> wall_now);
  ~Appender();

  void append(chat::NewMessage message, Reply reply);

 private:
  struct Pending {
    chat::NewMessage message;
    Reply reply;
    TimePoint deadline;
  };
  using Batch = std::vector<Pending>;
  struct Alive;

  void begin_soon();
  void begin();
  void answer(Batch batch, Result<Rows> rows);
  void split(Batch batch, const Error& error);
  void put_back(Batch batch);

  boost::asio::any_io_executor executor_;
  Lane& lane_;
  SendChains& chains_;
  chat::AuditHead chain_;  // as the database has it
  Limits limits_;
  std::function<WallTime()> wall_now_;
  std::deque<Pending> queue_;
  bool begun_ = false;     // a batch is under way, or about to be
  std::size_t alone_ = 0;  // so many of the queue go one by one: a row of theirs is bad
  boost::asio::steady_timer pause_;
  std::shared_ptr<Alive> alive_;
};

}  // namespace quickclinic::postgres
