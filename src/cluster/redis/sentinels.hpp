#pragma once

#include "cluster/redis/connection.hpp"
#include "cluster/redis/line.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace quickclinic::redis {

/// Asks sentinels where the master is, one after the other until one knows, the one that knew last
/// first. Also looks from time to time whether it has moved: a master that was cut off from the
/// others goes on answering. Single-threaded; outlives the lines that find by it.
class Sentinels {
 public:
  static constexpr std::chrono::milliseconds look_interval{2000};

  Sentinels(boost::asio::any_io_executor executor, Introduction introduction,
            std::vector<Address> addresses, std::string master);
  ~Sentinels();
  Sentinels(const Sentinels&) = delete;
  Sentinels& operator=(const Sentinels&) = delete;

  /// Fails when no sentinel knows the master.
  void find(std::function<void(Result<Address>)> done);
  /// From now on, `moved` is called with the master's address when it is not what `known` says.
  void watch(std::function<Address()> known, std::function<void(const Address&)> moved);

 private:
  struct Search {
    std::function<void(Result<Address>)> done;
    std::size_t tried = 0;
    Error why;
    std::shared_ptr<Connection> connection = {};
  };

  void ask_next(const std::shared_ptr<Search>& search);
  void ask(const std::shared_ptr<Search>& search, Connection& connection);
  void answered(const std::shared_ptr<Search>& search, const Reply& reply);
  void failed(const std::shared_ptr<Search>& search, const Error& reason);
  void end(const std::shared_ptr<Search>& search, Result<Address> found);
  void look_later();

  boost::asio::any_io_executor executor_;
  Introduction introduction_;
  std::vector<Address> addresses_;
  std::string master_;
  std::size_t first_ = 0;
  std::vector<std::shared_ptr<Search>> searches_;
  boost::asio::steady_timer timer_;
  std::function<Address()> known_;
  std::function<void(const Address&)> moved_;
};

}  // namespace quickclinic::redis
