#pragma once

#include "load/stage.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace quickclinic::load {

/// The sessions of a run, all joined before the first is used. Destroyed, it hangs up on the
/// server.
class Crowd : private Session::Events {
 public:
  class Listener {
   public:
    /// An event or acknowledgement, as in `Session::Events`.
    virtual void received(Session& session, std::string_view packet) = 0;

   protected:
    ~Listener() = default;
  };

  using Identify = std::function<Session::Identity(std::size_t number)>;

  /// Joins `Options::connections` sessions, a few at a time, or throws `Failure`.
  Crowd(Stage& stage, Listener& listener, const Identify& identify);

  Session& operator[](std::size_t number) { return *sessions_[number]; }
  std::size_t size() const noexcept { return sessions_.size(); }

 private:
  void joined(Session&) override { ++joined_; }
  void received(Session& session, std::string_view packet) override {
    listener_.received(session, packet);
  }
  void left(Session&) override {}

  Listener& listener_;
  std::size_t joined_ = 0;
  std::vector<std::unique_ptr<Session>> sessions_;
};

/// A session that is like all others: with `Options::token` when there is one.
Session::Identity plain_identity(const Options& options, std::size_t number);

}  // namespace quickclinic::load
