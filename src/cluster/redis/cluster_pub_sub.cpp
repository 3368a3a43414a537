#include "cluster/redis/cluster_pub_sub.hpp"

#include "cluster/redis/single_pub_sub.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace quickclinic::redis {

using cluster::ChannelKind;

ClusterPubSub::ClusterPubSub(boost::asio::any_io_executor executor, Introduction introduction,
                             std::vector<Address> seeds)
    : executor_(std::move(executor)),
      introduction_(std::move(introduction)),
      seeds_(std::move(seeds)),
      timer_(executor_),
      publisher_(
          executor_, introduction_, anywhere(),
          {.ready = [this] { look(); },
           .lost = [this](const Error& reason) { lost(reason, publisher_.line().address()); }}),
      subscriber_(
          executor_, introduction_, anywhere(),
          {.subscribed = [this] { changed(); },
           .lost = [this](const Error& reason) { lost(reason, subscriber_.line().address()); },
           .heard = [this](const Reply& reply) { heard(reply); },
           .moved = {}}) {
  publisher_.open();
  subscriber_.open();
}

void ClusterPubSub::on_change(std::function<void(bool connected)> told) {
  health_.on_change(std::move(told));
}

// One after the other of those that are known of, so that a server that is away is passed over.
Line::Find ClusterPubSub::anywhere() {
  return [this](const std::function<void(Result<Address>)>& done) {
    const std::size_t known = map_ ? map_->servers().size() : 0;
    const std::size_t chosen = next_++ % (known + seeds_.size());
    done(chosen < known ? map_->servers()[chosen].address : seeds_[chosen - known]);
  };
}

// -- who owns what

void ClusterPubSub::look() {
  if (std::exchange(looking_, true)) return;
  constexpr std::array<std::string_view, 2> words = {"CLUSTER", "SLOTS"};
  publisher_.ask(words, [this](const Result<Reply>& reply) {
    looking_ = false;
    if (!reply) {
      look_in(look_soon * 5);
      return;
    }
    const Address asked = publisher_.line().address();
    Result<SlotMap> map = SlotMap::read(*reply, asked);
    if (map) {
      apply(std::move(*map));
    } else {
      lost(map.error(), asked);
    }
    if (!soon_) look_in(look_interval);
  });
}

void ClusterPubSub::look_in(std::chrono::milliseconds wait) {
  timer_.expires_after(wait);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    soon_ = false;
    look();
  });
}

void ClusterPubSub::something_moved() {
  if (!std::exchange(soon_, true)) look_in(look_soon);
}

void ClusterPubSub::apply(SlotMap map) {
  map_ = std::move(map);
  for (auto each = servers_.begin(); each != servers_.end();) {
    if (map_->has(each->first)) {
      ++each;
    } else {
      dropped_ += each->second.publisher->dropped();
      each = servers_.erase(each);
    }
  }
  for (const SlotMap::Server& server : map_->servers()) open(server);
  subscriptions_.each(Subscribing::sharded, [this](std::string_view name) { place(name); });
  send_waiting();
  changed();
}

void ClusterPubSub::open(const SlotMap::Server& known) {
  const Address& address = known.address;
  Server& server = servers_[address];
  server.owner = known.owner;
  if (server.publisher != nullptr) return;
  server.publisher =
      std::make_unique<Publisher>(executor_, introduction_, Line::at(address),
                                  Publisher::Events{.ready =
                                                        [this] {
                                                          send_waiting();
                                                          changed();
                                                        },
                                                    .lost =
                                                        [this, address](const Error& reason) {
                                                          // A replica is asked for its subscribers
                                                          // only.
                                                          if (servers_.at(address).owner)
                                                            lost(reason, address);
                                                        }});
  server.publisher->open();
}

ClusterPubSub::Server* ClusterPubSub::owner_of(std::string_view channel) {
  const Address* address = map_ ? map_->owner_of(channel) : nullptr;
  return address == nullptr ? nullptr : &servers_.at(*address);
}

void ClusterPubSub::place(std::string_view channel) {
  const Address* owner = map_ ? map_->owner_of(channel) : nullptr;
  const auto found = placed_.find(channel);
  if (found != placed_.end()) {
    if (owner != nullptr && found->second == *owner && servers_.at(*owner).subscriber) {
      servers_.at(*owner).subscriber->add(Subscribing::sharded, channel);
      return;
    }
    const auto before = servers_.find(found->second);
    if (before != servers_.end() && before->second.subscriber) {
      before->second.subscriber->remove(Subscribing::sharded, channel);
    }
    placed_.erase(found);
  }
  if (owner == nullptr) return;
  placed_.emplace(channel, *owner);
  subscriber_of(servers_.at(*owner), *owner).add(Subscribing::sharded, channel);
}

Subscriber& ClusterPubSub::subscriber_of(Server& server, const Address& address) {
  if (server.subscriber != nullptr) return *server.subscriber;
  server.subscriber = std::make_unique<Subscriber>(
      executor_, introduction_, Line::at(address),
      Subscriber::Events{.subscribed = [this] { changed(); },
                         .lost =
                             [this, address](const Error& reason) {
                               // Who owns nothing any more is asked to listen to nothing.
                               if (!servers_.at(address).subscriber->empty()) lost(reason, address);
                             },
                         .heard = [this](const Reply& reply) { heard(reply); },
                         .moved =
                             [this](const std::string& name) {
                               placed_.erase(name);
                               something_moved();
                             }});
  server.subscriber->open();
  return *server.subscriber;
}

// -- listening

void ClusterPubSub::subscribe(ChannelKind kind, std::string_view channel, Listener listener) {
  if (!subscriptions_.add(subscribing_to(kind), channel, std::move(listener))) return;
  if (kind == ChannelKind::sharded) {
    place(channel);
  } else {
    subscriber_.add(Subscribing::channel, channel);
  }
}

void ClusterPubSub::unsubscribe(ChannelKind kind, std::string_view channel) {
  if (!subscriptions_.remove(subscribing_to(kind), channel)) return;
  if (kind == ChannelKind::classic) {
    subscriber_.remove(Subscribing::channel, channel);
    return;
  }
  const auto found = placed_.find(channel);
  if (found == placed_.end()) return;
  const auto server = servers_.find(found->second);
  if (server != servers_.end() && server->second.subscriber) {
    server->second.subscriber->remove(Subscribing::sharded, channel);
  }
  placed_.erase(found);
}

void ClusterPubSub::subscribe_pattern(std::string_view pattern, Listener listener) {
  if (subscriptions_.add(Subscribing::pattern, pattern, std::move(listener))) {
    subscriber_.add(Subscribing::pattern, pattern);
  }
}

void ClusterPubSub::unsubscribe_pattern(std::string_view pattern) {
  if (subscriptions_.remove(Subscribing::pattern, pattern)) {
    subscriber_.remove(Subscribing::pattern, pattern);
  }
}

void ClusterPubSub::heard(const Reply& reply) {
  if (!subscriptions_.deliver(reply)) ++unheard_;
}

// -- publishing

void ClusterPubSub::publish(ChannelKind kind, std::string_view channel, std::string_view message) {
  if (kind == ChannelKind::classic) {
    publisher_.publish(kind, channel, message);
    return;
  }
  const auto publication = std::make_shared<Publication>(
      Publication{.channel = std::string(channel), .message = std::string(message)});
  if (waiting_.contains(slot_of(channel))) {
    wait(publication);
  } else {
    send(publication);
  }
}

void ClusterPubSub::send(const PublicationPtr& publication) {
  Server* owner = owner_of(publication->channel);
  if (owner == nullptr || !owner->publisher->ready()) {
    wait(publication);
    return;
  }
  const std::array<std::string_view, 3> words = {"SPUBLISH", publication->channel,
                                                 publication->message};
  owner->publisher->ask(
      words, [this, publication](const Result<Reply>& reply) { answered(publication, reply); });
}

// What the server refused was not published; what got no answer may have been, and is not repeated.
void ClusterPubSub::answered(const PublicationPtr& publication, const Result<Reply>& reply) {
  if (reply && !reply->is_error()) return;
  const std::string_view code = reply ? reply->error_code() : "";
  const bool again = code == "MOVED" || code == "CLUSTERDOWN" || code == "TRYAGAIN";
  if (!again || ++publication->tries == tries_max) {
    ++dropped_;
    return;
  }
  wait(publication);
  something_moved();
}

void ClusterPubSub::wait(const PublicationPtr& publication) {
  if (waiting_bytes_ + publication->bytes() > waiting_bytes_max) {
    ++dropped_;
    return;
  }
  waiting_bytes_ += publication->bytes();
  waiting_[slot_of(publication->channel)].push_back(publication);
}

void ClusterPubSub::send_waiting() {
  waiting_bytes_ = 0;
  for (const auto& [slot, publications] : std::exchange(waiting_, {})) {
    for (const PublicationPtr& publication : publications) send(publication);
  }
}

// -- questions

void ClusterPubSub::count_subscribers(ChannelKind kind, std::string_view channel,
                                      std::function<void(Result<std::size_t>)> done) {
  struct Count {
    std::size_t left;
    std::function<void(Result<std::size_t>)> done;
    Result<std::size_t> sum = 0U;
  };
  const auto count =
      std::make_shared<Count>(Count{.left = servers_.size(), .done = std::move(done)});
  if (servers_.empty()) {
    boost::asio::post(executor_,
                      [count] { count->done(fail(Condition::unavailable, "Redis is away")); });
    return;
  }
  const std::array<std::string_view, 3> words = {"PUBSUB", count_subcommand(kind), channel};
  for (auto& [address, server] : servers_) {
    server.publisher->ask(words, [count, owner = server.owner](const Result<Reply>& reply) {
      const Result<std::size_t> here = subscribers_in(reply);
      if (here && count->sum) *count->sum += *here;
      if (!here && owner) count->sum = here;
      if (--count->left == 0) count->done(std::move(count->sum));
    });
  }
}

RedisPubSub::Counts ClusterPubSub::counts() const {
  Counts counts{.dropped = dropped_ + publisher_.dropped(),
                .unheard = unheard_,
                .connects = health_.times_good()};
  for (const auto& [address, server] : servers_) counts.dropped += server.publisher->dropped();
  return counts;
}

// -- health

bool ClusterPubSub::whole() const {
  if (!publisher_.ready() || !subscriber_.subscribed() || !map_ || map_->servers().empty()) {
    return false;
  }
  const bool all_placed = placed_.size() == subscriptions_.count(Subscribing::sharded);
  return all_placed && std::ranges::all_of(servers_, [](const auto& each) {
           const Server& server = each.second;
           const bool publishes = !server.owner || server.publisher->ready();
           const bool hears = server.subscriber == nullptr || server.subscriber->empty() ||
                              server.subscriber->subscribed();
           return publishes && hears;
         });
}

void ClusterPubSub::changed() {
  if (whole()) health_.set_good();
}

void ClusterPubSub::lost(const Error& reason, const Address& address) {
  health_.set_bad(reason.context + " (" + address.text() + ")");
  something_moved();
}

}  // namespace quickclinic::redis
