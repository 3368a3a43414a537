#pragma once

#include "store/sqlite/job.hpp"

#include <functional>
#include <optional>
#include <utility>

namespace quickclinic::store {

/// For tests: a job that runs a function and writes its answer down.
class ProbeJob final : public Job {
 public:
  struct Record {
    bool ran = false;
    std::optional<Result<>> answer;  // filled when the caller is resumed
  };
  using Work = std::function<Result<>(Connection&)>;

  /// `record` outlives the job.
  ProbeJob(asio::any_io_executor executor, Record& record, Work work = {})
      : Job(std::move(executor)), record_(record), work_(std::move(work)) {}

  void run(Connection& connection) override {
    record_.ran = true;
    answer_ = work_ ? work_(connection) : Result<>();
  }
  void refuse(const Error& error) override { answer_ = std::unexpected(error); }
  const Error* failure() const noexcept override { return answer_ ? nullptr : &answer_.error(); }
  void resume() override { record_.answer = std::move(answer_); }

 private:
  Record& record_;
  Work work_;
  Result<> answer_;
};

}  // namespace quickclinic::store
