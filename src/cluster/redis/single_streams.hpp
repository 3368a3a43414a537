#pragma once

#include "cluster/redis/entry_reader.hpp"
#include "cluster/redis/redis_streams.hpp"
#include "cluster/redis/single_pub_sub.hpp"

#include <functional>
#include <string>

namespace quickclinic::redis {

/// `Streams` and channels over one server, wherever `find` says that it is: one line more than
/// `SinglePubSub`, for what is read. Connected means that all of them are.
class SingleStreams : public SinglePubSub, public cluster::Streams {
 public:
  SingleStreams(const boost::asio::any_io_executor& executor, const Introduction& introduction,
                const Line::Find& find, const StreamSettings& settings);

  void follow(Follower follower) override { reader_.follow(std::move(follower)); }
  void append(const cluster::EntryFields& fields,
              std::function<void(Result<cluster::EntryId>)> done) override;
  void range(const cluster::EntryId& from, const cluster::EntryId& to, std::size_t count,
             std::function<void(Result<std::vector<cluster::StreamEntry>>)> done) override;
  void keep(std::string_view key, std::string_view value, std::chrono::milliseconds time) override;
  void take(std::string_view key, std::function<void(std::optional<std::string>)> done) override;
  void renew(const Error& reason) override;

 protected:
  bool whole() const noexcept override { return SinglePubSub::whole() && reader_.ready(); }

 private:
  std::string stream_;
  std::string max_len_;
  EntryReader reader_;
  Publisher sessions_;
};

}  // namespace quickclinic::redis
