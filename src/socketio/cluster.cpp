#include "socketio/cluster.hpp"

#include "socketio/server.hpp"

#include <stdexcept>
#include <utility>

namespace quickclinic::socketio {

bool Cluster::exists() const noexcept { return server_.has_adapter(); }

void Cluster::with_adapter(std::function<void(Adapter&)> call) {
  if (!exists()) return;
  if (server_.shard() == 0) {
    if (adapter_ != nullptr) call(*adapter_);
    return;
  }
  server_.link()->run_on(0, [call = std::move(call)](Server& first) {
    if (Adapter* adapter = first.cluster().adapter()) call(*adapter);
  });
}

// What the adapter may call on its own shard, and arrives on this one.
template <class... Arguments>
std::function<void(Arguments...)> Cluster::coming_home(std::function<void(Arguments...)> callback,
                                                       std::vector<std::uint64_t>& open) {
  const Callbacks::Id id = server_.callbacks().open(std::move(callback));
  open.push_back(id);
  if (server_.shard() == 0) {
    return [&server = server_, id](Arguments... arguments) {
      server.callbacks().call(id, std::move(arguments)...);
    };
  }
  return [link = server_.link(), home = server_.shard(), id](Arguments... arguments) {
    link->run_on(home, [id, ... values = std::move(arguments)](Server& here) mutable {
      here.callbacks().call(id, std::move(values)...);
    });
  };
}

template <class Answer>
std::function<void(Answer)> Cluster::once_home(std::function<void(Answer)> callback) {
  const auto id = std::make_shared<Callbacks::Id>(0);  // owner: the callback, which has to know it
  std::vector<std::uint64_t> open;
  auto home = coming_home(
      std::function<void(Answer)>([this, id, callback = std::move(callback)](Answer answer) {
        server_.callbacks().close(*id);
        callback(std::move(answer));
      }),
      open);
  *id = open.front();
  return home;
}

void Cluster::set_adapter(std::unique_ptr<Adapter> adapter) {
  adapter_ = std::move(adapter);
  if (adapter_ == nullptr) return;
  if (server_.recovery().shared() && !adapter_->keeps_sessions()) {
    throw std::invalid_argument("recovery across nodes wants the adapter over streams");
  }
  for (const std::string& nsp : server_.namespace_names()) adapter_->namespace_exists(nsp, true);
}

void Cluster::namespace_exists(std::string_view nsp, bool exists) {
  if (adapter_ != nullptr) adapter_->namespace_exists(nsp, exists);
}

bool Cluster::holds(std::string_view nsp, std::string_view room) const {
  const auto rooms = occupied_.find(nsp);
  return rooms != occupied_.end() && rooms->second.contains(room);
}

void Cluster::room_occupied(std::string_view nsp, std::string_view room, bool occupied) {
  if (!exists()) return;
  if (server_.shard() == 0) {
    count(std::string(nsp), std::string(room), occupied);
    return;
  }
  server_.link()->run_on(0, [nsp = std::string(nsp), room = std::string(room), occupied](
                                Server& first) { first.cluster().count(nsp, room, occupied); });
}

void Cluster::count(const std::string& nsp, const std::string& room, bool occupied) {
  StringMap<std::size_t>& rooms = occupied_[nsp];
  std::size_t& shards = rooms[room];
  if (occupied) {
    if (++shards == 1 && adapter_ != nullptr) adapter_->room_occupied(nsp, room, true);
    return;
  }
  if (--shards > 0) return;
  rooms.erase(room);
  if (rooms.empty()) occupied_.erase(nsp);
  if (adapter_ != nullptr) adapter_->room_occupied(nsp, room, false);
}

void Cluster::broadcast(std::shared_ptr<const Broadcast> broadcast) {
  with_adapter(
      [broadcast = std::move(broadcast)](Adapter& adapter) { adapter.broadcast(broadcast); });
}

void Cluster::ask(std::shared_ptr<const Question> question, QuestionProgress progress) {
  if (!exists()) {
    progress.nodes_expected(0);
    return;
  }
  std::vector<Callbacks::Id> open;
  QuestionProgress home{.nodes_expected = coming_home(std::move(progress.nodes_expected), open),
                        .clients_expected = coming_home(std::move(progress.clients_expected), open),
                        .answered = coming_home(std::move(progress.answered), open)};
  server_.after(question->timeout, [&callbacks = server_.callbacks(), open] {
    for (const Callbacks::Id id : open) callbacks.close(id);
  });
  with_adapter([question = std::move(question), home = std::move(home)](Adapter& adapter) {
    adapter.ask(question, home);
  });
}

void Cluster::join(Selection who, std::vector<std::string> rooms) {
  with_adapter([who = std::move(who), rooms = std::move(rooms)](Adapter& adapter) {
    adapter.join(who, rooms);
  });
}

void Cluster::leave(Selection who, std::vector<std::string> rooms) {
  with_adapter([who = std::move(who), rooms = std::move(rooms)](Adapter& adapter) {
    adapter.leave(who, rooms);
  });
}

void Cluster::disconnect(Selection who, bool close_clients) {
  with_adapter([who = std::move(who), close_clients](Adapter& adapter) {
    adapter.disconnect(who, close_clients);
  });
}

void Cluster::fetch(Selection who, FetchHandler done) {
  if (!exists()) {
    done(SocketInfos());
    return;
  }
  with_adapter([who = std::move(who), home = once_home(std::move(done))](Adapter& adapter) {
    adapter.fetch(who, home);
  });
}

void Cluster::server_event(std::string nsp, std::string name, Arguments arguments,
                           ServerAnswersHandler done) {
  if (!exists()) {
    if (done) done(ServerAnswers());
    return;
  }
  ServerAnswersHandler home;
  if (done) home = once_home(std::move(done));
  with_adapter([nsp = std::move(nsp), name = std::move(name), arguments = std::move(arguments),
                home = std::move(home)](Adapter& adapter) {
    adapter.server_event(nsp, name, arguments, home);
  });
}

void Cluster::count_nodes(std::function<void(Result<std::size_t>)> done) {
  if (!exists()) {
    done(std::size_t{1});
    return;
  }
  with_adapter(
      [home = once_home(std::move(done))](Adapter& adapter) { adapter.count_nodes(home); });
}

void Cluster::keep_session(std::string nsp, SharedSession session) {
  with_adapter([nsp = std::move(nsp), session = std::move(session)](Adapter& adapter) {
    adapter.keep_session(nsp, session);
  });
}

void Cluster::find_session(std::string nsp, std::string session, std::string offset,
                           std::function<void(FoundSessionPtr)> done) {
  if (!exists()) {
    done(nullptr);
    return;
  }
  with_adapter([nsp = std::move(nsp), session = std::move(session), offset = std::move(offset),
                home = once_home(std::move(done))](Adapter& adapter) {
    adapter.find_session(nsp, session, offset, home);
  });
}

}  // namespace quickclinic::socketio
