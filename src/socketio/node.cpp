#include "socketio/node.hpp"

#include "socketio/namespace.hpp"
#include "socketio/server.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace quickclinic::socketio {
namespace {

// Whoever is behind `id` on the shard `home` gets `arguments`.
template <class... Arguments>
void call_back(Server& from, unsigned home, Callbacks::Id id, Arguments... arguments) {
  ShardLink* link = from.link();
  if (link == nullptr || link->shard() == home) {
    from.callbacks().call(id, std::move(arguments)...);
    return;
  }
  link->run_on(home, [id, ... values = std::move(arguments)](Server& there) mutable {
    there.callbacks().call(id, std::move(values)...);
  });
}

// A question on its way through the shards; held by the callbacks that report to it.
struct Inquiry {
  QuestionProgress progress;
  unsigned shards_owed = 1;
  std::size_t clients = 0;
};

}  // namespace

void Node::everywhere(const std::function<void(Server&)>& call) {
  call(server_);
  ShardLink* link = server_.link();
  if (link == nullptr) return;
  for (unsigned i = 0; i < link->shards(); ++i) {
    if (i != link->shard()) link->run_on(i, call);
  }
}

void Node::broadcast(std::shared_ptr<const Broadcast> broadcast) {
  if (Namespace* nsp = server_.find(broadcast->to.nsp)) nsp->deliver(*broadcast);
  if (ShardLink* link = server_.link()) link->publish(std::move(broadcast));
}

void Node::ask(const std::shared_ptr<const Question>& question, QuestionProgress progress) {
  const AckId id = server_.new_ack_id();
  const Frames frames = server_.parser().event(
      {.nsp = question->to.nsp, .name = question->name, .id = id, .compress = question->compress},
      question->arguments);
  const unsigned home = server_.shard();
  const auto inquiry = std::make_shared<Inquiry>();  // owners: the two callbacks
  inquiry->progress = std::move(progress);
  if (server_.link() != nullptr) inquiry->shards_owed = server_.link()->shards();
  Callbacks& callbacks = server_.callbacks();
  const auto counted =
      callbacks.open(std::function<void(std::size_t)>([inquiry](std::size_t clients) {
        inquiry->clients += clients;
        if (--inquiry->shards_owed == 0) inquiry->progress.clients_expected(inquiry->clients);
      }));
  const auto answered = callbacks.open(std::function<void(Arguments)>(
      [inquiry](Arguments arguments) { inquiry->progress.answered(std::move(arguments)); }));
  server_.after(question->timeout, [&callbacks, counted, answered] {
    callbacks.close(counted);
    callbacks.close(answered);
  });
  everywhere([question, frames, id, home, counted, answered](Server& shard) {
    Namespace* nsp = shard.find(question->to.nsp);
    std::size_t clients = 0;
    if (nsp != nullptr) {
      const AckHandler answer = [&shard, home, answered](Result<Arguments> arguments) {
        if (arguments) call_back(shard, home, answered, std::move(*arguments));
      };
      clients = nsp->ask(question->to, frames, id, question->timeout, answer);
    }
    call_back(shard, home, counted, clients);
  });
}

void Node::join(const Selection& who, const std::vector<std::string>& rooms) {
  everywhere([who, rooms](Server& shard) {
    Namespace* nsp = shard.find(who.nsp);
    if (nsp == nullptr) return;
    for (const SocketPtr& socket : nsp->select(who)) {
      for (const std::string& room : rooms) socket->join(room);
    }
  });
}

void Node::leave(const Selection& who, const std::vector<std::string>& rooms) {
  everywhere([who, rooms](Server& shard) {
    Namespace* nsp = shard.find(who.nsp);
    if (nsp == nullptr) return;
    for (const SocketPtr& socket : nsp->select(who)) {
      for (const std::string& room : rooms) socket->leave(room);
    }
  });
}

void Node::disconnect(const Selection& who, bool close_clients) {
  everywhere([who, close_clients](Server& shard) {
    Namespace* nsp = shard.find(who.nsp);
    if (nsp == nullptr) return;
    for (const SocketPtr& socket : nsp->select(who)) socket->disconnect(close_clients);
  });
}

template <class Part>
void Node::gather(std::function<Part(Server&)> ask, std::function<void(std::vector<Part>)> done) {
  struct Gathering {
    std::function<void(std::vector<Part>)> done;
    std::vector<Part> parts;
    std::size_t owed = 1;
    Callbacks::Id id = 0;
  };
  const auto gathering = std::make_shared<Gathering>();  // owner: the callback
  gathering->done = std::move(done);
  if (server_.link() != nullptr) gathering->owed = server_.link()->shards();
  Callbacks& callbacks = server_.callbacks();
  gathering->id = callbacks.open(std::function<void(Part)>([gathering, &callbacks](Part part) {
    gathering->parts.push_back(std::move(part));
    if (gathering->parts.size() < gathering->owed) return;
    callbacks.close(gathering->id);
    gathering->done(std::move(gathering->parts));
  }));
  everywhere([ask = std::move(ask), home = server_.shard(), id = gathering->id](Server& shard) {
    call_back(shard, home, id, ask(shard));
  });
}

void Node::fetch(const Selection& who, std::function<void(SocketInfos)> done) {
  gather<SocketInfos>(
      [who](Server& shard) {
        SocketInfos infos;
        if (Namespace* nsp = shard.find(who.nsp)) {
          for (const SocketPtr& socket : nsp->select(who)) infos.push_back(socket->info());
        }
        return infos;
      },
      [done = std::move(done)](std::vector<SocketInfos> parts) {
        SocketInfos all;
        for (SocketInfos& part : parts) std::ranges::move(part, std::back_inserter(all));
        done(std::move(all));
      });
}

void Node::all_rooms(std::string_view nsp, std::function<void(std::vector<std::string>)> done) {
  using Names = std::vector<std::string>;
  gather<Names>(
      [name = std::string(nsp)](Server& shard) {
        const Namespace* found = shard.find(name);
        return found == nullptr ? Names() : found->room_names();
      },
      [done = std::move(done)](std::vector<Names> parts) {
        Names all;
        for (Names& part : parts) std::ranges::move(part, std::back_inserter(all));
        std::ranges::sort(all);
        const auto repeated = std::ranges::unique(all);
        all.erase(repeated.begin(), repeated.end());
        done(std::move(all));
      });
}

bool Node::raise(std::string_view nsp, std::string_view name, const Arguments& arguments,
                 std::function<void(Arguments)> reply) {
  Namespace* found = server_.find(nsp);
  return found != nullptr && found->raise(name, arguments, std::move(reply));
}

}  // namespace quickclinic::socketio
