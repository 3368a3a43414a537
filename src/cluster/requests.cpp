#include "cluster/requests.hpp"

#include "cluster/error.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace quickclinic::cluster {
namespace {

template <class Element>
void append(std::vector<Element>& to, std::vector<Element>& from, std::size_t most) {
  const std::size_t room = most - std::min(most, to.size());
  const auto count = static_cast<std::ptrdiff_t>(std::min(room, from.size()));
  std::move(from.begin(), from.begin() + count, std::back_inserter(to));
}

void sort_out(std::vector<std::string>& names) {
  std::ranges::sort(names);
  const auto repeated = std::ranges::unique(names);
  names.erase(repeated.begin(), repeated.end());
}

}  // namespace

void Requests::await_sockets(std::string request, std::size_t nodes, socketio::FetchHandler done) {
  waiting_.emplace(std::move(request), Sockets{nodes, {}, std::move(done)});
}

void Requests::await_rooms(std::string request, std::size_t nodes, std::vector<std::string> own,
                           RoomsHandler done) {
  waiting_.emplace(std::move(request), Rooms{nodes, std::move(own), std::move(done)});
}

void Requests::await_servers(std::string request, std::size_t nodes,
                             socketio::ServerAnswersHandler done) {
  waiting_.emplace(std::move(request), Servers{nodes, {}, std::move(done)});
}

void Requests::await_clients(std::string request, socketio::QuestionProgress progress) {
  waiting_.emplace(std::move(request), Clients{.progress = std::move(progress)});
}

void Requests::take(Message answer) {
  const auto found = waiting_.find(answer.request);
  if (found == waiting_.end()) return;
  std::visit([&](auto& request) { take(found, request, answer); }, found->second);
}

void Requests::take(Waiting::iterator at, Sockets& request, Message& answer) {
  if (answer.kind != MessageKind::sockets) return;
  append(request.found, answer.sockets, answers_max);
  if (--request.owed > 0) return;
  const Sockets ended = std::move(request);
  waiting_.erase(at);
  ended.done(ended.found);
}

void Requests::take(Waiting::iterator at, Rooms& request, Message& answer) {
  if (answer.kind != MessageKind::rooms) return;
  append(request.found, answer.rooms, answers_max);
  if (--request.owed > 0) return;
  Rooms ended = std::move(request);
  waiting_.erase(at);
  sort_out(ended.found);
  ended.done(std::move(ended.found));
}

void Requests::take(Waiting::iterator at, Servers& request, Message& answer) {
  if (answer.kind != MessageKind::server_answer) return;
  request.answers.answers.push_back(std::move(answer.arguments));
  if (--request.owed > 0) return;
  Servers ended = std::move(request);
  waiting_.erase(at);
  ended.done(std::move(ended.answers));
}

void Requests::take(Waiting::iterator, Clients& request, Message& answer) {
  if (answer.kind == MessageKind::client_count) {
    // Nobody answers for more than there can be, so that the sum cannot overflow.
    const std::size_t clients = std::min(answer.clients, answers_max);
    request.counted = std::min(request.counted + clients, answers_max);
    request.progress.clients_expected(clients);
  } else if (answer.kind == MessageKind::client_answer && request.answers < answers_max) {
    ++request.answers;
    request.progress.answered(std::move(answer.arguments));
  }
}

bool Requests::expire(std::string_view request) {
  const auto found = waiting_.find(request);
  if (found == waiting_.end()) return false;
  auto ended = std::move(found->second);
  waiting_.erase(found);
  if (auto* sockets = std::get_if<Sockets>(&ended)) {
    sockets->done(fail(ClusterError::no_answer, "find sockets"));
  } else if (auto* rooms = std::get_if<Rooms>(&ended)) {
    rooms->done(fail(ClusterError::no_answer, "find rooms"));
  } else if (auto* servers = std::get_if<Servers>(&ended)) {
    servers->answers.complete = false;
    servers->done(std::move(servers->answers));
  }
  return true;
}

}  // namespace quickclinic::cluster
