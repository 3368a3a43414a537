#pragma once

#include "base/string_hash.hpp"
#include "cluster/message.hpp"
#include "socketio/adapter.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace quickclinic::cluster {

using RoomsHandler = std::function<void(Result<std::vector<std::string>>)>;

/// What this node has asked others and waits for. Every request ends once, by its last answer or by
/// `expire`. Single-threaded.
class Requests {
 public:
  /// Answers beyond, to one request, are dropped: whoever can publish could send them without end.
  static constexpr std::size_t answers_max = 1'000'000;

  void await_sockets(std::string request, std::size_t nodes, socketio::FetchHandler done);
  void await_rooms(std::string request, std::size_t nodes, std::vector<std::string> own,
                   RoomsHandler done);
  void await_servers(std::string request, std::size_t nodes, socketio::ServerAnswersHandler done);
  /// Ends by `expire` only: who asked knows by itself when it has heard all.
  void await_clients(std::string request, socketio::QuestionProgress progress);

  /// Takes an answer; those to nothing that is asked here are dropped.
  void take(Message answer);
  /// Time is up. False when it had ended before.
  bool expire(std::string_view request);
  std::size_t size() const noexcept { return waiting_.size(); }

 private:
  struct Sockets {
    std::size_t owed;
    socketio::SocketInfos found;
    socketio::FetchHandler done;
  };
  struct Rooms {
    std::size_t owed;
    std::vector<std::string> found;
    RoomsHandler done;
  };
  struct Servers {
    std::size_t owed;
    socketio::ServerAnswers answers;
    socketio::ServerAnswersHandler done;
  };
  struct Clients {
    std::size_t counted = 0;
    std::size_t answers = 0;
    socketio::QuestionProgress progress;
  };
  using Waiting = StringMap<std::variant<Sockets, Rooms, Servers, Clients>>;

  void take(Waiting::iterator at, Sockets& request, Message& answer);
  void take(Waiting::iterator at, Rooms& request, Message& answer);
  void take(Waiting::iterator at, Servers& request, Message& answer);
  void take(Waiting::iterator at, Clients& request, Message& answer);

  Waiting waiting_;
};

}  // namespace quickclinic::cluster
