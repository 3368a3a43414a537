#include "cluster/redis/line.hpp"

#include "base/random.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace quickclinic::redis {

namespace asio = boost::asio;

Line::Line(asio::any_io_executor executor, Introduction introduction, Connection::Role role,
           Find find, Events events)
    : executor_(std::move(executor)),
      introduction_(std::move(introduction)),
      role_(role),
      find_(std::move(find)),
      events_(std::move(events)),
      timer_(executor_) {}

Line::~Line() {
  *alive_ = false;
  if (connection_ != nullptr) connection_->close();
}

Line::Find Line::at(Address address) {
  return [address = std::move(address)](const std::function<void(Result<Address>)>& done) {
    done(address);
  };
}

void Line::open() { find(); }

void Line::find() {
  find_([this, alive = alive_](const Result<Address>& address) {
    if (!*alive) return;
    if (address) {
      dial(*address);
    } else {
      lost(address.error());
    }
  });
}

void Line::dial(const Address& address) {
  address_ = address;
  connection_ = Connection::dial(executor_, introduction_, role_, address,
                                 {.ready =
                                      [this] {
                                        ready_ = true;
                                        if (events_.ready) events_.ready(*connection_);
                                      },
                                  .heard = events_.heard,
                                  .lost = [this](const Error& reason) { lost(reason); }});
}

void Line::lost(const Error& reason) {
  ready_ = false;
  const auto jitter = random_below(static_cast<std::uint64_t>(wait_.count()) + 1);
  timer_.expires_after(wait_ / 2 + std::chrono::milliseconds(jitter));
  timer_.async_wait([this, alive = alive_](const boost::system::error_code& error) {
    if (!error && *alive) find();
  });
  wait_ = std::min(wait_ * 2, wait_max);
  if (events_.lost) events_.lost(reason);
}

void Line::renew(Error reason) {
  if (connection_ == nullptr) return;
  asio::post(executor_, [connection = connection_, reason = std::move(reason)] {
    connection->give_up(reason);
  });
}

}  // namespace quickclinic::redis
