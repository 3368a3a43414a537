#include "cluster/redis/publisher.hpp"

#include "base/log.hpp"

#include <boost/asio/post.hpp>

#include <array>
#include <utility>

namespace quickclinic::redis {

namespace asio = boost::asio;

Publisher::Publisher(const asio::any_io_executor& executor, const Introduction& introduction,
                     Line::Find find, Events events)
    : executor_(executor),
      events_(std::move(events)),
      published_([this](const Result<Reply>& answer) { count(answer); }),
      line_(executor, introduction, Connection::Role::asks, std::move(find),
            {.ready = [this](Connection& connection) { begin(connection); },
             .heard = {},
             .lost = [this](const Error& reason) { events_.lost(reason); }}) {}

void Publisher::begin(Connection& connection) {
  line_.settle();
  refusal_said_ = false;
  const std::string waiting = std::exchange(waiting_, {});
  connection.ask_encoded(waiting, std::exchange(waiting_count_, 0), published_);
  events_.ready();
}

void Publisher::publish(cluster::ChannelKind kind, std::string_view channel,
                        std::string_view message) {
  const std::string_view command = kind == cluster::ChannelKind::classic ? "PUBLISH" : "SPUBLISH";
  const std::array<std::string_view, 3> words = {command, channel, message};
  say(words);
}

void Publisher::say(std::span<const std::string_view> words, Connection::Done done) {
  if (Connection* connection = line_.connection()) {
    if (done) {
      connection->ask(words, [this, done = std::move(done)](const Result<Reply>& answer) {
        count(answer);
        done(answer);
      });
    } else {
      connection->ask(words, published_);
    }
    return;
  }
  std::size_t bytes = waiting_.size();
  for (const std::string_view word : words) bytes += word.size();
  if (bytes > waiting_bytes_max) {
    ++dropped_;
  } else {
    append_command(waiting_, words);
    ++waiting_count_;
  }
  if (done) answer_away(std::move(done));
}

void Publisher::answer_away(Connection::Done done) {
  asio::post(executor_,
             [done = std::move(done)] { done(fail(Condition::unavailable, "Redis is away")); });
}

void Publisher::count(const Result<Reply>& answer) {
  if (answer && !answer->is_error()) return;
  ++dropped_;
  if (!answer || std::exchange(refusal_said_, true)) return;
  log::error("Redis refuses what is published", {{"reason", answer->text}});
}

void Publisher::ask(std::span<const std::string_view> words, Connection::Done done) {
  if (Connection* connection = line_.connection()) {
    connection->ask(words, std::move(done));
    return;
  }
  answer_away(std::move(done));
}

}  // namespace quickclinic::redis
