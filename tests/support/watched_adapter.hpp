#pragma once

#include "socketio/adapter.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quickclinic::testing {

/// What an adapter has been told about rooms of the default namespace. Any thread.
class Occupancy {
 public:
  void note(std::string_view nsp, std::string_view room, bool occupied) {
    const std::lock_guard lock(mutex_);
    if (nsp == "/") rooms_[std::string(room)].emplace_back(occupied ? "+" : "-");
  }
  /// `+` for each time that somebody had come, `-` for each that the last had gone.
  std::vector<std::string> of(const std::string& room) {
    const std::lock_guard lock(mutex_);
    return rooms_[room];
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::vector<std::string>> rooms_;
};

/// Another adapter, with a note of what it is told about rooms.
class WatchedAdapter final : public socketio::Adapter {
 public:
  static socketio::AdapterFactory around(socketio::AdapterFactory inner,
                                         std::shared_ptr<Occupancy> occupancy) {
    return [inner = std::move(inner), occupancy = std::move(occupancy)](socketio::Node& node) {
      return std::make_unique<WatchedAdapter>(inner(node), occupancy);
    };
  }

  WatchedAdapter(std::unique_ptr<socketio::Adapter> inner, std::shared_ptr<Occupancy> occupancy)
      : inner_(std::move(inner)), occupancy_(std::move(occupancy)) {}

  void namespace_exists(std::string_view nsp, bool exists) override {
    inner_->namespace_exists(nsp, exists);
  }
  void room_occupied(std::string_view nsp, std::string_view room, bool occupied) override {
    occupancy_->note(nsp, room, occupied);
    inner_->room_occupied(nsp, room, occupied);
  }
  void broadcast(std::shared_ptr<const socketio::Broadcast> broadcast) override {
    inner_->broadcast(std::move(broadcast));
  }
  void ask(std::shared_ptr<const socketio::Question> question,
           socketio::QuestionProgress progress) override {
    inner_->ask(std::move(question), std::move(progress));
  }
  void join(const socketio::Selection& who, const std::vector<std::string>& rooms) override {
    inner_->join(who, rooms);
  }
  void leave(const socketio::Selection& who, const std::vector<std::string>& rooms) override {
    inner_->leave(who, rooms);
  }
  void disconnect(const socketio::Selection& who, bool close_clients) override {
    inner_->disconnect(who, close_clients);
  }
  void fetch(const socketio::Selection& who, socketio::FetchHandler done) override {
    inner_->fetch(who, std::move(done));
  }
  void server_event(std::string_view nsp, std::string_view name,
                    const socketio::Arguments& arguments,
                    socketio::ServerAnswersHandler done) override {
    inner_->server_event(nsp, name, arguments, std::move(done));
  }
  void count_nodes(std::function<void(Result<std::size_t>)> done) override {
    inner_->count_nodes(std::move(done));
  }

 private:
  std::unique_ptr<socketio::Adapter> inner_;
  std::shared_ptr<Occupancy> occupancy_;  // owners: this, and the test
};

}  // namespace quickclinic::testing
