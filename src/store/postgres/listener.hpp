#pragma once

#include "chat/feed.hpp"
#include "store/postgres/connection.hpp"
#include "store/postgres/dialer.hpp"
#include "store/postgres/recent_ids.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace quickclinic::postgres {

/// Hears the notifications of our triggers over a connection of its own, which is opened again when
/// it is lost. What was notified meanwhile is unknown then: a gap is told of, and notifications of
/// that time are looked for. Belongs to its loop's thread.
///
/// A pooler that lends connections by the transaction passes no notification on; there is nothing
/// to be heard through one.
class Listener {
 public:
  Listener(boost::asio::any_io_executor executor, Dialer& dialer, const std::atomic<bool>& ready,
           RecentIds& notified, chat::Feed::Listener heard);
  ~Listener();

 private:
  static constexpr std::chrono::milliseconds retry_wait{500};
  /// A connection may have been dead so long before it was noticed.
  static constexpr std::chrono::seconds doubt{30};

  void dial();
  void retry();
  void dialed(Result<Dialed> dialed);
  void begin();
  void lost();
  void begun(const Result<Rows>& rows);
  void hear(std::string_view payload);
  void load_notification(std::string_view id);
  void load_missed_notifications();
  void tell_notifications(const Result<Rows>& rows);

  boost::asio::any_io_executor executor_;
  Dialer& dialer_;
  const std::atomic<bool>& ready_;
  RecentIds& notified_;
  chat::Feed::Listener heard_;
  std::unique_ptr<Connection> connection_;
  std::shared_ptr<Dialer::Attempt> attempt_;
  boost::asio::steady_timer timer_;
  WallTime begun_at_{};                  // by the database's clock
  TimePoint begun_at_ours_{};            // the same moment by ours
  std::optional<WallTime> heard_until_;  // set when a connection was lost
};

}  // namespace quickclinic::postgres
