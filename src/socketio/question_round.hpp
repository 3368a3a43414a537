#pragma once

#include "socketio/adapter.hpp"
#include "socketio/broadcaster.hpp"

#include <cstddef>
#include <functional>
#include <memory>

namespace quickclinic::socketio {

/// Gathers what the clients of all nodes answer to one question. Complete when every node has said
/// how many clients it asked, and as many have answered. Owned by those who report to it.
class QuestionRound {
 public:
  explicit QuestionRound(std::function<void(Answers)> done);

  /// How a node, or all other nodes, report to `round`.
  static QuestionProgress progress(const std::shared_ptr<QuestionRound>& round);

  /// Beside this node.
  void expect_nodes(std::size_t others);
  void expect_clients(std::size_t clients);
  void take(Arguments answer);
  /// Time is up.
  void end();

 private:
  void finish_if_complete();

  std::function<void(Answers)> done_;  // empty once called
  Answers gathered_;
  std::size_t nodes_owed_ = 1;  // this one
  bool nodes_known_ = false;
  std::size_t clients_ = 0;
};

}  // namespace quickclinic::socketio
