#pragma once

#include "base/result.hpp"
#include "store/postgres/connection.hpp"
#include "store/postgres/database_url.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>

namespace quickclinic::postgres {

struct Dialed {
  RawConnection raw;
  bool pooled = false;  ///< a pooler is between: nothing may be kept from statement to statement
};

/// Opens connections, on threads of its own: to connect, libpq looks names up and computes proofs
/// of passwords, which would hold a loop up for milliseconds or more. Any thread. Owned by the
/// store, and outlives every call.
class Dialer {
 public:
  struct Timeouts {
    std::chrono::milliseconds connect{3000};
    std::chrono::milliseconds statement{4000};  ///< the server gives a statement up after this
    std::chrono::milliseconds lock{3000};       ///< … and waiting for somebody else's lock
  };

  Dialer(DatabaseUrl url, Timeouts timeouts);
  /// Waits for the attempts under way.
  ~Dialer();

  /// Blocks; for the start and for commands. The error's context says why, without the password.
  Result<Dialed> dial() const;

  using Done = std::move_only_function<void(Result<Dialed>)>;
  /// An attempt that was begun. Let go of, it is forgotten, and `Done` is not called any more.
  class Attempt {
   public:
    Attempt(boost::asio::any_io_executor executor, Done done)
        : executor_(std::move(executor)), done_(std::move(done)) {}
    void cancel();

   private:
    friend Dialer;
    static void answer(const std::shared_ptr<Attempt>& attempt, Result<Dialed> dialed);

    std::mutex mutex_;
    boost::asio::any_io_executor executor_;
    Done done_;
    bool cancelled_ = false;
  };
  /// Calls `done` on `executor` in the end, which has to live until then or until `cancel`.
  std::shared_ptr<Attempt> dial(boost::asio::any_io_executor executor, Done done);

  bool pooled() const noexcept { return url_.pooled; }

 private:
  RawConnection connect(bool with_options) const;

  DatabaseUrl url_;
  Timeouts timeouts_;
  boost::asio::thread_pool threads_{2};
};

}  // namespace quickclinic::postgres
