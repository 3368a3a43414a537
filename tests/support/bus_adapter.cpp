#include "tests/support/bus_adapter.hpp"

#include "socketio/server.hpp"

#include <boost/asio/post.hpp>

#include <iterator>
#include <utility>

namespace quickclinic::testing {

using socketio::Arguments;
using socketio::Broadcast;
using socketio::FetchHandler;
using socketio::Node;
using socketio::Question;
using socketio::QuestionProgress;
using socketio::Selection;
using socketio::ServerAnswers;
using socketio::ServerAnswersHandler;
using socketio::SocketInfos;

// -- Bus

Bus::Place Bus::enter(Node& node) {
  const std::lock_guard lock(mutex_);
  nodes_.emplace(++last_, &node);
  return last_;
}

void Bus::leave(Place place) {
  const std::lock_guard lock(mutex_);
  nodes_.erase(place);
}

std::size_t Bus::size() {
  const std::lock_guard lock(mutex_);
  return nodes_.size();
}

void Bus::post(Place to, Task task) {
  const std::lock_guard lock(mutex_);
  if (const auto found = nodes_.find(to); found != nodes_.end()) {
    post_locked(*found->second, std::move(task));
  }
}

std::size_t Bus::post_to_others(Place from, const Task& task) {
  const std::lock_guard lock(mutex_);
  std::size_t others = 0;
  for (const auto& [place, node] : nodes_) {
    if (place == from) continue;
    post_locked(*node, task);
    ++others;
  }
  return others;
}

void Bus::post_locked(Node& node, Task task) const {
  boost::asio::post(node.server().executor(), [&node, task = std::move(task)] { task(node); });
}

// -- BusAdapter

socketio::AdapterFactory BusAdapter::network() {
  return [bus = std::make_shared<Bus>()](Node& node) {
    return std::make_unique<BusAdapter>(bus, node);
  };
}

BusAdapter::BusAdapter(std::shared_ptr<Bus> bus, Node& node)
    : bus_(std::move(bus)), node_(node), place_(bus_->enter(node)) {}

template <class Value>
std::function<void(Value)> BusAdapter::at_home(std::function<void(Value)> callback) const {
  return [bus = bus_, place = place_, callback = std::move(callback)](Value value) {
    bus->post(place, [callback, value = std::move(value)](Node&) { callback(value); });
  };
}

void BusAdapter::broadcast(std::shared_ptr<const Broadcast> broadcast) {
  bus_->post_to_others(place_, [broadcast](Node& there) { there.broadcast(broadcast); });
}

void BusAdapter::ask(std::shared_ptr<const Question> question, QuestionProgress progress) {
  const QuestionProgress home{.nodes_expected = {},
                              .clients_expected = at_home(std::move(progress.clients_expected)),
                              .answered = at_home(std::move(progress.answered))};
  progress.nodes_expected(bus_->post_to_others(
      place_, [question = std::move(question), home](Node& there) { there.ask(question, home); }));
}

void BusAdapter::join(const Selection& who, const std::vector<std::string>& rooms) {
  bus_->post_to_others(place_, [who, rooms](Node& there) { there.join(who, rooms); });
}

void BusAdapter::leave(const Selection& who, const std::vector<std::string>& rooms) {
  bus_->post_to_others(place_, [who, rooms](Node& there) { there.leave(who, rooms); });
}

void BusAdapter::disconnect(const Selection& who, bool close_clients) {
  bus_->post_to_others(place_,
                       [who, close_clients](Node& there) { there.disconnect(who, close_clients); });
}

void BusAdapter::fetch(const Selection& who, FetchHandler done) {
  struct Gathering {
    SocketInfos infos;
    std::size_t owed = 0;
    FetchHandler done;  // empty once called
  };
  const auto gathering = std::make_shared<Gathering>();  // owners: the callback, and the timeout
  const std::function<void(SocketInfos)> take = [gathering](SocketInfos infos) {
    if (!gathering->done) return;
    std::ranges::move(infos, std::back_inserter(gathering->infos));
    if (--gathering->owed == 0) std::exchange(gathering->done, {})(std::move(gathering->infos));
  };
  const auto home = at_home(take);
  gathering->owed =
      bus_->post_to_others(place_, [who, home](Node& there) { there.fetch(who, home); });
  if (gathering->owed == 0) {
    done(SocketInfos());
    return;
  }
  gathering->done = std::move(done);
  node_.server().after(request_timeout, [gathering] {
    if (gathering->done) std::exchange(gathering->done, {})(fail(Condition::timeout));
  });
}

void BusAdapter::server_event(std::string_view nsp, std::string_view name,
                              const Arguments& arguments, ServerAnswersHandler done) {
  struct Gathering {
    ServerAnswers answers;
    std::size_t owed = 0;
    ServerAnswersHandler done;  // empty once called, and from the start when nobody asks
    void end() { std::exchange(done, {})(std::move(answers)); }
  };
  const auto gathering = std::make_shared<Gathering>();  // owners: the callback, and the timeout
  const std::function<void(Arguments)> take = [gathering](Arguments answer) {
    if (!gathering->done) return;
    gathering->answers.answers.push_back(std::move(answer));
    if (--gathering->owed == 0) gathering->end();
  };
  const std::function<void(Arguments)> reply = done ? at_home(take) : nullptr;
  gathering->owed = bus_->post_to_others(
      place_, [nsp = std::string(nsp), name = std::string(name), arguments, reply](Node& there) {
        there.raise(nsp, name, arguments, reply);
      });
  if (!done) return;
  gathering->done = std::move(done);
  if (gathering->owed == 0) {
    gathering->end();
    return;
  }
  node_.server().after(request_timeout, [gathering] {
    if (!gathering->done) return;
    gathering->answers.complete = false;
    gathering->end();
  });
}

void BusAdapter::count_nodes(std::function<void(Result<std::size_t>)> done) { done(bus_->size()); }

}  // namespace quickclinic::testing
