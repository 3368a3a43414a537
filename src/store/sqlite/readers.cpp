#include "store/sqlite/readers.hpp"

#include "chat/store.hpp"

#include <exception>
#include <utility>

namespace quickclinic::store {

using chat::StoreError;

namespace {

// The store pool's entry: no exception gets past it.
void run_caught(Job& job, Connection& connection) {
  try {
    auto transaction = Transaction::begin(connection, Transaction::Kind::read);
    if (!transaction) {
      job.refuse(transaction.error());
      return;
    }
    job.run(connection);
    if (auto ended = transaction->commit(); !ended && !job.failure()) job.refuse(ended.error());
  } catch (const std::exception& e) {
    job.refuse({StoreError::unavailable, std::string("an exception: ") + e.what()});
  }
}

}  // namespace

Readers::Readers(std::vector<Connection> connections, JobQueue::Limits limits,
                 std::function<TimePoint()> now)
    : connections_(std::move(connections)), queue_(limits, std::move(now)) {
  for (Connection& connection : connections_) {
    threads_.emplace_back([this, &connection] { work(connection); });
  }
}

void Readers::finish() {
  queue_.close();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void Readers::work(Connection& connection) {
  while (true) {
    Jobs taken = queue_.take(1);
    if (taken.empty()) return;
    run_caught(*taken.front(), connection);
    resume_all(std::move(taken));
  }
}

}  // namespace quickclinic::store
