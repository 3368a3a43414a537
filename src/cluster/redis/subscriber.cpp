#include "cluster/redis/subscriber.hpp"

#include <algorithm>
#include <utility>

namespace quickclinic::redis {

Subscriber::Subscriber(const boost::asio::any_io_executor& executor,
                       const Introduction& introduction, Line::Find find, Events events)
    : events_(std::move(events)),
      line_(executor, introduction, Connection::Role::listens, std::move(find),
            {.ready = [this](Connection& connection) { begin(connection); },
             .heard = [this](const Reply& reply) { heard(reply); },
             .lost =
                 [this](const Error& reason) {
                   subscribed_ = false;
                   events_.lost(reason);
                 }}) {}

bool Subscriber::empty() const noexcept {
  return std::ranges::all_of(wanted_, [](const StringSet& names) { return names.empty(); });
}

void Subscriber::begin(Connection& connection) {
  for (const Subscribing subscribing : all_subscribings) {
    for (const std::string& name : wanted(subscribing)) {
      ask_for(connection, subscribing, name);
    }
  }
  // Answered behind all of them.
  connection.ask({"PING"}, [this](const Result<Reply>& reply) {
    if (!reply) return;
    subscribed_ = true;
    line_.settle();
    events_.subscribed();
  });
}

void Subscriber::ask_for(Connection& connection, Subscribing subscribing, const std::string& name) {
  connection.ask({subscribe_command(subscribing), name},
                 [this, subscribing, name](const Result<Reply>& reply) {
                   confirmed(subscribing, name, reply);
                 });
}

void Subscriber::confirmed(Subscribing subscribing, const std::string& name,
                           const Result<Reply>& reply) {
  if (!reply || !reply->is_error() || !wanted(subscribing).contains(name)) return;
  const std::string_view code = reply->error_code();
  if (subscribing == Subscribing::sharded && (code == "MOVED" || code == "CROSSSLOT")) {
    wanted(subscribing).erase(name);
    events_.moved(name);
    return;
  }
  // Not to hear what one believes to hear is worse than to be away.
  line_.renew(fail(Condition::forbidden, reply->text).error());
}

void Subscriber::add(Subscribing subscribing, std::string_view name) {
  const auto [place, fresh] = wanted(subscribing).emplace(name);
  if (!fresh) return;
  if (Connection* connection = line_.connection()) ask_for(*connection, subscribing, *place);
}

void Subscriber::remove(Subscribing subscribing, std::string_view name) {
  StringSet& names = wanted(subscribing);
  const auto found = names.find(name);
  if (found == names.end()) return;
  if (Connection* connection = line_.connection()) {
    connection->ask({unsubscribe_command(subscribing), name});
  }
  names.erase(found);
}

void Subscriber::heard(const Reply& reply) {
  const std::string& kind = reply.items[0].text;
  if (kind == "sunsubscribe") {
    const std::string& name = reply.items[1].text;
    if (wanted(Subscribing::sharded).erase(name) > 0) events_.moved(name);
    return;
  }
  events_.heard(reply);
}

}  // namespace quickclinic::redis
