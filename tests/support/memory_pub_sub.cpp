#include "tests/support/memory_pub_sub.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <fnmatch.h>

namespace quickclinic::testing {

using cluster::ChannelKind;

void MemoryBroker::enter(Member& member) {
  const std::lock_guard lock(mutex_);
  members_.push_back(&member);
}

void MemoryBroker::leave(Member& member) {
  const std::lock_guard lock(mutex_);
  std::erase(members_, &member);
}

void MemoryBroker::publish(ChannelKind kind, const std::string& channel,
                           const std::string& message) {
  const std::lock_guard lock(mutex_);
  for (Member* member : members_) member->arrive({kind, channel}, message);
}

std::size_t MemoryBroker::count(ChannelKind kind, const std::string& channel) {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::ranges::count_if(
      members_, [&](const Member* each) { return each->channels_.contains({kind, channel}); }));
}

MemoryBroker::Member::Member(std::shared_ptr<MemoryBroker> broker,
                             boost::asio::any_io_executor executor)
    : broker_(std::move(broker)), executor_(std::move(executor)) {
  broker_->enter(*this);
}

MemoryBroker::Member::~Member() { broker_->leave(*this); }

// The broker's mutex is held.
void MemoryBroker::Member::arrive(const Channel& channel, const std::string& message) {
  const auto deliver = [&](const ListenerPtr& listener) {
    boost::asio::post(executor_, [listener, name = channel.second, message] {
      if (*listener) (*listener)(name, message);
    });
  };
  if (const auto found = channels_.find(channel); found != channels_.end()) deliver(found->second);
  if (channel.first == ChannelKind::sharded) return;
  for (const auto& [pattern, listener] : patterns_) {
    if (::fnmatch(pattern.c_str(), channel.second.c_str(), 0) == 0) deliver(listener);
  }
}

void MemoryBroker::Member::publish(ChannelKind kind, std::string_view channel,
                                   std::string_view message) {
  broker_->publish(kind, std::string(channel), std::string(message));
}

void MemoryBroker::Member::subscribe(ChannelKind kind, std::string_view channel,
                                     Listener listener) {
  const std::lock_guard lock(broker_->mutex_);
  channels_[{kind, std::string(channel)}] = std::make_shared<Listener>(std::move(listener));
}

void MemoryBroker::Member::unsubscribe(ChannelKind kind, std::string_view channel) {
  const std::lock_guard lock(broker_->mutex_);
  const auto found = channels_.find({kind, std::string(channel)});
  if (found == channels_.end()) return;
  *found->second = nullptr;  // nor is what is on its way heard
  channels_.erase(found);
}

void MemoryBroker::Member::subscribe_pattern(std::string_view pattern, Listener listener) {
  const std::lock_guard lock(broker_->mutex_);
  patterns_[std::string(pattern)] = std::make_shared<Listener>(std::move(listener));
}

void MemoryBroker::Member::unsubscribe_pattern(std::string_view pattern) {
  const std::lock_guard lock(broker_->mutex_);
  const auto found = patterns_.find(std::string(pattern));
  if (found == patterns_.end()) return;
  *found->second = nullptr;
  patterns_.erase(found);
}

void MemoryBroker::Member::count_subscribers(ChannelKind kind, std::string_view channel,
                                             std::function<void(Result<std::size_t>)> done) {
  const std::size_t count = broker_->count(kind, std::string(channel));
  boost::asio::post(executor_, [count, done = std::move(done)] { done(count); });
}

}  // namespace quickclinic::testing
