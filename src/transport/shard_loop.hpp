#pragma once

#include "transport/shard.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace quickclinic::transport {

/// Asio's part of a shard; for the shard's own sources.
struct Shard::Loop {
  boost::asio::io_context context{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard{
      context.get_executor()};
  boost::asio::steady_timer timer{context};
};

}  // namespace quickclinic::transport
