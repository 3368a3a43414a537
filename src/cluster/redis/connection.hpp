#pragma once

#include "base/result.hpp"
#include "cluster/redis/address.hpp"
#include "cluster/redis/redis_url.hpp"
#include "cluster/redis/reply.hpp"
#include "cluster/redis/stream.hpp"
#include "cluster/redis/tls.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <deque>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace quickclinic::redis {

/// Who we are to a server, and how its bytes travel.
struct Introduction {
  Login login;
  int database = 0;
  TlsContext tls;
  bool verify_name = true;
  bool master_only = false;  ///< a server that has become a replica is as good as none
};

/// One connection to one server, from its dialling until it is lost, for good.
///
/// Single-threaded: lives on one loop, which calls back, never from within a call. What is asked in
/// one turn of the loop is sent at once. A server that answers nothing for `silence_max` is given
/// up, and asked for a sign of life when there is nothing else to ask.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  enum class Role {
    asks,    ///< every reply is the answer to a command
    listens  ///< subscriptions; messages come between the answers
  };

  using Done = std::function<void(Result<Reply>)>;
  struct Events {
    std::function<void()> ready;  ///< logged in: from here on it may be asked
    /// Listening: a message, or a confirmation of a subscription that nobody asked for.
    std::function<void(const Reply&)> heard;
    /// The end, before or after `ready`; nothing is called after it.
    std::function<void(const Error&)> lost;
  };

  static constexpr std::chrono::milliseconds dial_max{5000};
  static constexpr std::chrono::milliseconds silence_max{4000};
  static constexpr std::chrono::milliseconds idle_max{2000};
  /// What was asked and is not sent; a server that takes nothing is given up.
  static constexpr std::size_t unsent_bytes_max = 64UL << 20U;

  static std::shared_ptr<Connection> dial(const boost::asio::any_io_executor& executor,
                                          const Introduction& introduction, Role role,
                                          const Address& address, Events events);
  Connection(const boost::asio::any_io_executor& executor, const Introduction& introduction,
             Role role, Events events);

  /// An error of the server is a reply. A lost connection is an error, and told before `lost`.
  void ask(std::span<const std::string_view> words, Done done = {});
  void ask(std::initializer_list<std::string_view> words, Done done = {}) {
    ask(std::span(words.begin(), words.size()), std::move(done));
  }
  /// Commands that are encoded already, whose answers tell nothing but `done`, if any.
  void ask_encoded(std::string_view commands, std::size_t count, const Done& done = {});

  /// Ends it without a word: nothing is called any more, not even who waits for an answer.
  void close();
  /// Ends it with `lost`, at once: not from within a call of its owner.
  void give_up(Error reason);

 private:
  static constexpr std::chrono::milliseconds tick{250};

  struct Question {
    Done done;
    std::string confirmed;  // listening: the kind and the channel of the confirmation
  };

  void connect(const Address& address);
  void log_in();
  void expect_ok(std::initializer_list<std::string_view> words);
  void check_role(const Reply& reply);
  void logged_in();
  void read();
  void take(std::string_view bytes);
  void take(Reply reply);
  bool heard(const Reply& reply);
  void write_soon();
  void write();
  void look_after();
  void looked_after();
  template <class Event, class... Arguments>
  void tell(Event Events::* event, const Arguments&... arguments);

  boost::asio::any_io_executor executor_;
  Introduction introduction_;
  Role role_;
  Events events_;
  std::shared_ptr<Stream> stream_;
  boost::asio::steady_timer timer_;
  ReplyReader reader_;
  std::deque<Question> questions_;
  std::string unsent_;
  bool connected_ = false;
  bool ready_ = false;
  bool over_ = false;
  bool writing_ = false;   // or about to
  bool progress_ = false;  // since the last tick
  int idle_ticks_ = 0;     // with nothing asked
  int waiting_ticks_ = 0;  // with something asked and nothing heard; or not ready yet
};

}  // namespace quickclinic::redis
