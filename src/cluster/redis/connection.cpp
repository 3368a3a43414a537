#include "cluster/redis/connection.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace quickclinic::redis {
namespace {

namespace asio = boost::asio;

constexpr std::array<std::string_view, 3> messages = {"message", "pmessage", "smessage"};
constexpr std::array<std::string_view, 6> confirmations = {
    "subscribe", "unsubscribe", "psubscribe", "punsubscribe", "ssubscribe", "sunsubscribe"};

template <std::size_t Count>
bool contains(const std::array<std::string_view, Count>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

std::string lower(std::string_view word) {
  std::string out(word);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return out;
}

// What a confirmation is known by. Kinds hold no blank.
std::string confirmation(std::string_view kind, std::string_view channel) {
  std::string out(kind);
  out += ' ';
  out += channel;
  return out;
}

std::string confirmation_of(std::span<const std::string_view> words) {
  if (words.size() != 2) return {};
  const std::string kind = lower(words[0]);
  return contains(confirmations, kind) ? confirmation(kind, words[1]) : std::string();
}

}  // namespace

std::shared_ptr<Connection> Connection::dial(const asio::any_io_executor& executor,
                                             const Introduction& introduction, Role role,
                                             const Address& address, Events events) {
  auto connection = std::make_shared<Connection>(executor, introduction, role, std::move(events));
  connection->connect(address);
  return connection;
}

Connection::Connection(const asio::any_io_executor& executor, const Introduction& introduction,
                       Role role, Events events)
    : executor_(executor),
      introduction_(introduction),
      role_(role),
      events_(std::move(events)),
      stream_(make_stream(executor, introduction.tls, introduction.verify_name)),
      timer_(executor) {}

// -- before it is ready

void Connection::connect(const Address& address) {
  look_after();
  stream_->connect(address, [self = shared_from_this()](const Result<>& done) {
    if (self->over_) return;
    if (!done) {
      self->give_up(done.error());
      return;
    }
    self->connected_ = true;
    self->log_in();
    self->read();
    self->write_soon();
  });
}

void Connection::log_in() {
  const Login& login = introduction_.login;
  if (!login.password.empty() && login.user.empty()) {
    expect_ok({"AUTH", login.password});
  } else if (!login.password.empty()) {
    expect_ok({"AUTH", login.user, login.password});
  }
  ask({"CLIENT", "SETNAME", "quickclinic"});  // for who looks; a user may lack the right to it
  if (introduction_.database != 0) expect_ok({"SELECT", std::to_string(introduction_.database)});
  if (introduction_.master_only) {
    ask({"ROLE"}, [self = shared_from_this()](const Result<Reply>& reply) {
      if (reply) self->check_role(*reply);
    });
  }
  ask({"PING"}, [self = shared_from_this()](const Result<Reply>& reply) {
    if (!reply) return;
    if (reply->is_error()) {
      self->give_up(fail(Condition::unavailable, reply->text).error());
    } else {
      self->logged_in();
    }
  });
}

void Connection::expect_ok(std::initializer_list<std::string_view> words) {
  ask(words, [self = shared_from_this()](const Result<Reply>& reply) {
    if (reply && reply->is_error()) {
      self->give_up(fail(Condition::unavailable, reply->text).error());
    }
  });
}

// A user who may not ask is taken at the sentinels' word.
void Connection::check_role(const Reply& reply) {
  if (!reply.is_list(1) || reply.items.front().text == "master") return;
  give_up(fail(Condition::unavailable, "the server is no master any more").error());
}

void Connection::logged_in() {
  ready_ = true;
  waiting_ticks_ = 0;
  tell(&Events::ready);
}

// -- asking

void Connection::ask(std::span<const std::string_view> words, Done done) {
  if (over_) return;
  append_command(unsent_, words);
  questions_.push_back(
      {.done = std::move(done), .confirmed = role_ == Role::listens ? confirmation_of(words) : ""});
  write_soon();
}

void Connection::ask_encoded(std::string_view commands, std::size_t count, const Done& done) {
  if (over_) return;
  unsent_ += commands;
  for (std::size_t i = 0; i < count; ++i) questions_.push_back({.done = done, .confirmed = {}});
  write_soon();
}

void Connection::write_soon() {
  if (writing_ || !connected_ || unsent_.empty()) return;
  writing_ = true;
  asio::post(executor_, [self = shared_from_this()] { self->write(); });
}

void Connection::write() {
  if (over_) return;
  stream_->write(std::exchange(unsent_, {}), [self = shared_from_this()](const Result<>& done) {
    if (self->over_) return;
    self->writing_ = false;
    if (done) {
      self->write_soon();
    } else {
      self->give_up(done.error());
    }
  });
}

// -- answers

void Connection::read() {
  stream_->read([self = shared_from_this()](const Result<std::string_view>& bytes) {
    if (self->over_) return;
    if (!bytes) {
      self->give_up(bytes.error());
      return;
    }
    self->progress_ = true;
    self->take(*bytes);
    if (!self->over_) self->read();
  });
}

void Connection::take(std::string_view bytes) {
  if (const auto fed = reader_.feed(bytes); !fed) {
    give_up(fed.error());
    return;
  }
  while (!over_) {
    Result<std::optional<Reply>> reply = reader_.next();
    if (!reply) {
      give_up(reply.error());
      return;
    }
    if (!*reply) return;
    take(std::move(**reply));
  }
}

void Connection::take(Reply reply) {
  if (role_ == Role::listens && heard(reply)) return;
  if (questions_.empty()) {
    const std::string why = reply.is_error() ? reply.text : "Redis answered what nobody asked";
    give_up(fail(Condition::unavailable, why).error());
    return;
  }
  const Done done = std::move(questions_.front().done);
  questions_.pop_front();
  if (done) done(std::move(reply));
}

// Whether it is no answer.
bool Connection::heard(const Reply& reply) {
  if (!reply.is_list(3)) return false;
  const std::string& kind = reply.items[0].text;
  const bool answer = contains(confirmations, kind) && !questions_.empty() &&
                      questions_.front().confirmed == confirmation(kind, reply.items[1].text);
  if (answer) return false;
  if (!contains(messages, kind) && !contains(confirmations, kind)) {
    return false;
  }
  if (events_.heard) events_.heard(reply);
  return true;
}

// -- the end

void Connection::look_after() {
  timer_.expires_after(tick);
  timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error && !self->over_) self->looked_after();
  });
}

// Counts ticks instead of asking a clock, so that a loop that stood still blames nobody.
void Connection::looked_after() {
  const bool progress = std::exchange(progress_, false) && ready_;
  const bool waiting = !ready_ || !questions_.empty();
  waiting_ticks_ = waiting && !progress ? waiting_ticks_ + 1 : 0;
  idle_ticks_ = waiting || progress ? 0 : idle_ticks_ + 1;
  if (waiting_ticks_ * tick >= (ready_ ? silence_max : dial_max)) {
    give_up(fail(Condition::timeout, ready_ ? "Redis answers nothing" : "Redis did not let us in")
                .error());
    return;
  }
  if (unsent_.size() > unsent_bytes_max) {
    give_up(fail(Condition::unavailable, "Redis takes too little").error());
    return;
  }
  if (idle_ticks_ * tick >= idle_max) ask({"PING"});
  look_after();
}

void Connection::close() {
  over_ = true;
  timer_.cancel();
  stream_->close();
  // These may hold whoever holds us.
  questions_.clear();
  unsent_.clear();
  asio::post(executor_, [events = std::exchange(events_, {})] {});
}

void Connection::give_up(Error reason) {
  if (over_) return;
  const auto self = shared_from_this();
  const auto lost = events_.lost;
  const auto questions = std::exchange(questions_, {});
  close();
  for (const Question& question : questions) {
    if (question.done) question.done(std::unexpected(reason));
  }
  if (lost) lost(reason);
}

template <class Event, class... Arguments>
void Connection::tell(Event Events::* event, const Arguments&... arguments) {
  const Event told = events_.*event;  // it may end us
  if (told) told(arguments...);
}

}  // namespace quickclinic::redis
