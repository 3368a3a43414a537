#include "socketio/node.hpp"

#include "socketio/gather.hpp"
#include "socketio/namespace.hpp"
#include "socketio/server.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace quickclinic::socketio {
namespace {

// A question on its way through the shards; held by the callbacks that report to it.
struct Inquiry {
  QuestionProgress progress;
  unsigned shards_owed = 1;
  std::size_t clients = 0;
  std::size_t answers = 0;
  Callbacks::Id counted = 0;
  Callbacks::Id answered = 0;

  void close(Callbacks& callbacks) const {
    callbacks.close(counted);
    callbacks.close(answered);
  }
  void close_if_complete(Callbacks& callbacks) const {
    if (shards_owed == 0 && answers >= clients) close(callbacks);
  }
};

}  // namespace

void Node::broadcast(std::shared_ptr<const Broadcast> broadcast) {
  server_.deliver(broadcast);
  if (ShardLink* link = server_.link()) link->publish(std::move(broadcast));
}

void Node::emit(Selection to, const EventHead& head, const Arguments& arguments, Delivery delivery,
                std::optional<Offset> place) {
  auto packet = std::make_shared<Broadcast>();
  EventHead numbered = head;
  std::string offset;
  if (place) {
    packet->offset = place;
  } else if (server_.recovery().on() && !server_.recovery().shared() &&
             delivery == Delivery::reliable) {
    packet->offset = server_.recovery().next_offset(to.nsp);
    offset = server_.recovery().text_of(*packet->offset);
    numbered.offset = offset;
  }
  packet->delivery = delivery;
  packet->frames = server_.parser().event(numbered, arguments);
  packet->to = std::move(to);
  broadcast(std::move(packet));
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
      callbacks.open(std::function<void(std::size_t)>([inquiry, &callbacks](std::size_t clients) {
        inquiry->clients += clients;
        if (--inquiry->shards_owed > 0) return;
        inquiry->close_if_complete(callbacks);
        inquiry->progress.clients_expected(inquiry->clients);
      }));
  const auto answered =
      callbacks.open(std::function<void(Arguments)>([inquiry, &callbacks](Arguments arguments) {
        ++inquiry->answers;
        inquiry->close_if_complete(callbacks);
        inquiry->progress.answered(std::move(arguments));
      }));
  inquiry->counted = counted;
  inquiry->answered = answered;
  server_.after(question->timeout, [&callbacks, counted, answered] {
    callbacks.close(counted);
    callbacks.close(answered);
  });
  on_shards(server_, Shards::all, [question, frames, id, home, counted, answered](Server& shard) {
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
  on_shards(server_, Shards::all, [who, rooms](Server& shard) {
    Namespace* nsp = shard.find(who.nsp);
    if (nsp == nullptr) return;
    for (const SocketPtr& socket : nsp->select(who)) {
      for (const std::string& room : rooms) socket->join(room);
    }
  });
}

void Node::leave(const Selection& who, const std::vector<std::string>& rooms) {
  on_shards(server_, Shards::all, [who, rooms](Server& shard) {
    Namespace* nsp = shard.find(who.nsp);
    if (nsp == nullptr) return;
    for (const SocketPtr& socket : nsp->select(who)) {
      for (const std::string& room : rooms) socket->leave(room);
    }
  });
}

void Node::disconnect(const Selection& who, bool close_clients) {
  on_shards(server_, Shards::all, [who, close_clients](Server& shard) {
    Namespace* nsp = shard.find(who.nsp);
    if (nsp == nullptr) return;
    for (const SocketPtr& socket : nsp->select(who)) socket->disconnect(close_clients);
  });
}

void Node::fetch(const Selection& who, std::function<void(SocketInfos)> done) {
  gather<SocketInfos>(
      server_, Shards::all,
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
      server_, Shards::all,
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
