#pragma once

#include "base/task.hpp"

#include <boost/asio/io_context.hpp>

namespace quickclinic::testing {

/// Where coroutines run when a test says so, and until none of them can go on.
class ManualLoop {
 public:
  asio::any_io_executor executor() { return context_.get_executor(); }
  void run() {
    context_.restart();
    context_.poll();
  }

 private:
  asio::io_context context_{1};
};

}  // namespace quickclinic::testing
