#include "cluster/redis/single_pub_sub.hpp"

#include <array>
#include <utility>

namespace quickclinic::redis {

using cluster::ChannelKind;

SinglePubSub::SinglePubSub(const boost::asio::any_io_executor& executor,
                           const Introduction& introduction, const Line::Find& find)
    : publisher_(
          executor, introduction, find,
          {.ready = [this] { changed(); }, .lost = [this](const Error& reason) { lost(reason); }}),
      subscriber_(
          executor, introduction, find,
          {.subscribed = [this] { changed(); },
           .lost = [this](const Error& reason) { lost(reason); },
           .heard =
               [this](const Reply& reply) {
                 if (!subscriptions_.deliver(reply)) ++unheard_;
               },
           // Only a server of a Redis Cluster moves channels; said to one that is not.
           .moved =
               [this](const std::string& name) {
                 if (!subscriptions_.has(Subscribing::sharded, name)) return;
                 subscriber_.add(Subscribing::sharded, name);
                 renew(fail(Condition::unavailable,
                            "the server belongs to a Redis Cluster: redis+cluster:// in the URL")
                           .error());
               }}) {
  publisher_.open();
  subscriber_.open();
}

void SinglePubSub::on_change(std::function<void(bool connected)> told) {
  health_.on_change(std::move(told));
}

void SinglePubSub::changed() {
  if (whole()) health_.set_good();
}

void SinglePubSub::lost(const Error& reason) {
  health_.set_bad(reason.context + " (" + publisher_.line().address().text() + ")");
}

void SinglePubSub::renew(const Error& reason) {
  publisher_.line().renew(reason);
  subscriber_.line().renew(reason);
}

void SinglePubSub::publish(ChannelKind kind, std::string_view channel, std::string_view message) {
  publisher_.publish(kind, channel, message);
}

void SinglePubSub::add(Subscribing subscribing, std::string_view name, Listener listener) {
  if (subscriptions_.add(subscribing, name, std::move(listener))) {
    subscriber_.add(subscribing, name);
  }
}

void SinglePubSub::remove(Subscribing subscribing, std::string_view name) {
  if (subscriptions_.remove(subscribing, name)) subscriber_.remove(subscribing, name);
}

void SinglePubSub::subscribe(ChannelKind kind, std::string_view channel, Listener listener) {
  add(subscribing_to(kind), channel, std::move(listener));
}

void SinglePubSub::unsubscribe(ChannelKind kind, std::string_view channel) {
  remove(subscribing_to(kind), channel);
}

void SinglePubSub::subscribe_pattern(std::string_view pattern, Listener listener) {
  add(Subscribing::pattern, pattern, std::move(listener));
}

void SinglePubSub::unsubscribe_pattern(std::string_view pattern) {
  remove(Subscribing::pattern, pattern);
}

void SinglePubSub::count_subscribers(ChannelKind kind, std::string_view channel,
                                     std::function<void(Result<std::size_t>)> done) {
  const std::array<std::string_view, 3> words = {"PUBSUB", count_subcommand(kind), channel};
  publisher_.ask(
      words, [done = std::move(done)](const Result<Reply>& reply) { done(subscribers_in(reply)); });
}

RedisPubSub::Counts SinglePubSub::counts() const {
  return {.dropped = publisher_.dropped(), .unheard = unheard_, .connects = health_.times_good()};
}

std::string_view count_subcommand(ChannelKind kind) noexcept {
  return kind == ChannelKind::classic ? "NUMSUB" : "SHARDNUMSUB";
}

Result<std::size_t> subscribers_in(const Result<Reply>& reply) {
  if (!reply) return std::unexpected(reply.error());
  if (reply->is_error()) return fail(Condition::unavailable, reply->text);
  if (!reply->is_list(2) || reply->items[1].kind != Reply::Kind::integer ||
      reply->items[1].number < 0) {
    return fail(Condition::unavailable, "Redis counts no subscribers");
  }
  return static_cast<std::size_t>(reply->items[1].number);
}

}  // namespace quickclinic::redis
