#include "load/crowd.hpp"

#include "load/failure.hpp"

namespace quickclinic::load {

namespace {

constexpr std::size_t joining_max = 64;  // well below any server's accept queue

}  // namespace

Crowd::Crowd(Stage& stage, Listener& listener, const Identify& identify) : listener_(listener) {
  const Options& options = stage.options();
  sessions_.reserve(options.connections);
  const auto start_some = [&](TimePoint now) {
    while (sessions_.size() < options.connections && sessions_.size() - joined_ < joining_max) {
      sessions_.push_back(make_session(options.transport, stage.loop(), options.target,
                                       identify(sessions_.size()), *this));
      sessions_.back()->start();
    }
    return now + std::chrono::seconds(1);
  };
  const auto all_joined = [&] { return joined_ == options.connections; };
  if (!stage.run_until(all_joined, options.join_limit, start_some)) {
    throw Failure("only " + std::to_string(joined_) + " of " + std::to_string(options.connections) +
                  " sessions joined in time");
  }
}

Session::Identity plain_identity(const Options& options, std::size_t number) {
  Session::Identity identity;
  identity.number = number;
  if (!options.token.empty()) {
    identity.auth = R"({"token":")" + options.token + R"("})";
  }
  return identity;
}

}  // namespace quickclinic::load
