#include "socketio/question_round.hpp"

#include <utility>

namespace quickclinic::socketio {

QuestionRound::QuestionRound(std::function<void(Answers)> done) : done_(std::move(done)) {}

QuestionProgress QuestionRound::progress(const std::shared_ptr<QuestionRound>& round) {
  return {.nodes_expected = [round](std::size_t nodes) { round->expect_nodes(nodes); },
          .clients_expected = [round](std::size_t clients) { round->expect_clients(clients); },
          .answered = [round](Arguments answer) { round->take(std::move(answer)); }};
}

void QuestionRound::expect_nodes(std::size_t others) {
  nodes_known_ = true;
  nodes_owed_ += others;
  finish_if_complete();
}

void QuestionRound::expect_clients(std::size_t clients) {
  clients_ += clients;
  --nodes_owed_;  // may wrap below zero until `expect_nodes` has said how many there are
  finish_if_complete();
}

void QuestionRound::take(Arguments answer) {
  if (!done_) return;
  gathered_.answers.push_back(std::move(answer));
  finish_if_complete();
}

void QuestionRound::finish_if_complete() {
  if (!done_ || !nodes_known_ || nodes_owed_ != 0 || gathered_.answers.size() < clients_) return;
  std::exchange(done_, {})(std::move(gathered_));
}

void QuestionRound::end() {
  if (!done_) return;
  gathered_.complete = false;
  std::exchange(done_, {})(std::move(gathered_));
}

}  // namespace quickclinic::socketio
