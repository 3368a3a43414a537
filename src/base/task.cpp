#include "base/task.hpp"

#include "base/log.hpp"

#include <boost/asio/co_spawn.hpp>

#include <atomic>
#include <cstdint>
#include <exception>

namespace quickclinic {
namespace {

std::atomic<std::uint64_t> failures = 0;

void report(const std::string& name, const std::exception_ptr& thrown, const Result<>& result) {
  if (thrown) {
    failures.fetch_add(1, std::memory_order_relaxed);
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& e) {
      log::error("task threw", {{"task", name}, {"what", e.what()}});
    } catch (...) {
      log::error("task threw", {{"task", name}});
    }
    return;
  }
  if (!result) log::warn("task failed", {{"task", name}, {"error", result.error().describe()}});
}

}  // namespace

void spawn(asio::any_io_executor executor, Task<> task, std::string_view name) {
  asio::co_spawn(
      executor, std::move(task),
      [name = std::string(name)](const std::exception_ptr& thrown, const Result<>& result) {
        report(name, thrown, result);
      });
}

std::uint64_t failed_tasks() noexcept { return failures.load(std::memory_order_relaxed); }

}  // namespace quickclinic
