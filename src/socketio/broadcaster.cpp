#include "socketio/broadcaster.hpp"

#include "socketio/error.hpp"
#include "socketio/namespace.hpp"
#include "socketio/question_round.hpp"
#include "socketio/remote_socket.hpp"
#include "socketio/server.hpp"
#include "socketio/shielded.hpp"

#include <memory>
#include <utility>

namespace quickclinic::socketio {

Broadcaster Broadcaster::to(std::string_view room) && {
  rooms_.emplace_back(room);
  return std::move(*this);
}

Broadcaster Broadcaster::to(const std::vector<std::string>& rooms) && {
  rooms_.insert(rooms_.end(), rooms.begin(), rooms.end());
  return std::move(*this);
}

Broadcaster Broadcaster::except(std::string_view room) && {
  except_.emplace_back(room);
  return std::move(*this);
}

Broadcaster Broadcaster::except(const std::vector<std::string>& rooms) && {
  except_.insert(except_.end(), rooms.begin(), rooms.end());
  return std::move(*this);
}

Broadcaster Broadcaster::local() && {
  reach_ = Reach::node;
  return std::move(*this);
}

Broadcaster Broadcaster::this_shard() && {
  reach_ = Reach::shard;
  return std::move(*this);
}

Broadcaster Broadcaster::if_writable() && {
  delivery_ = Delivery::if_writable;
  return std::move(*this);
}

Broadcaster Broadcaster::compress(bool allowed) && {
  compress_ = allowed;
  return std::move(*this);
}

Selection Broadcaster::selection() && {
  return {nsp_->name(), std::move(rooms_), std::move(except_)};
}

void Broadcaster::emit(std::string_view name, const Arguments& arguments) && {
  if (!may_send(nsp_->name(), name)) return;
  std::move(*this).send(
      name, [&](const EventHead& head) { return nsp_->server().parser().event(head, arguments); });
}

void Broadcaster::emit_text(std::string_view name, std::string_view arguments) && {
  if (!may_send(nsp_->name(), name)) return;
  std::move(*this).send(name, [&](const EventHead& head) {
    return nsp_->server().parser().event_text(head, arguments);
  });
}

template <class Encode>
void Broadcaster::send(std::string_view name, const Encode& encode) && {
  Namespace& nsp = *nsp_;
  Server& server = nsp.server();
  const Reach reach = reach_;
  ++server.counters().sent;
  EventHead head{.nsp = nsp.name(), .name = name, .compress = compress_};
  Broadcast packet;
  packet.delivery = delivery_;
  const bool recoverable = server.recovery().on() && delivery_ == Delivery::reliable;
  if (recoverable && server.recovery().shared()) {
    packet.frames = encode(head);
    if (reach == Reach::cluster) {  // it comes back with the offset that it has everywhere
      packet.to = std::move(*this).selection();
      server.cluster().broadcast(std::make_shared<const Broadcast>(std::move(packet)));
      return;
    }
  } else if (recoverable && reach != Reach::shard) {
    packet.offset = server.recovery().next_offset(nsp.name());
    const std::string offset = server.recovery().text_of(*packet.offset);
    head.offset = offset;
    packet.frames = encode(head);
  } else {
    packet.frames = encode(head);
  }
  packet.to = std::move(*this).selection();
  ShardLink* link = server.link();
  const bool has_siblings = link != nullptr && link->shards() > 1;
  const bool has_peers = reach == Reach::cluster && server.has_adapter();
  if (!packet.offset && (reach == Reach::shard || (!has_siblings && !has_peers))) {
    nsp.deliver(packet);  // nobody else will hold it
    return;
  }
  const auto broadcast = std::make_shared<const Broadcast>(std::move(packet));
  if (broadcast->offset) server.recovery().note(broadcast);
  nsp.deliver(*broadcast);
  if (has_peers) server.cluster().broadcast(broadcast);
  if (has_siblings && reach != Reach::shard) link->publish(broadcast);
}

void Broadcaster::emit_with_ack(std::string_view name, const Arguments& arguments,
                                std::chrono::milliseconds timeout,
                                std::function<void(Answers)> done) && {
  Server& server = nsp_->server();
  if (!may_send(nsp_->name(), name) || server.requests_full()) {
    done({.answers = {}, .complete = false});
    return;
  }
  const Reach reach = reach_;
  const bool compress = compress_;
  const auto question = std::make_shared<const Question>(Question{
      std::move(*this).selection(), std::string(name), arguments.kept(), timeout, compress});
  const auto round =
      std::make_shared<QuestionRound>(shielded_callback(nsp_->name(), std::move(done)));
  server.after(timeout, [round] { round->end(); });
  server.node().ask(question, QuestionRound::progress(round));
  if (reach == Reach::cluster) {
    server.cluster().ask(question, QuestionRound::progress(round));
  } else {
    round->expect_nodes(0);
  }
}

void Broadcaster::fetch_sockets(std::function<void(Result<std::vector<RemoteSocket>>)> done) && {
  const std::shared_ptr<Namespace> nsp = nsp_->shared_from_this();
  Server& server = nsp->server();
  if (server.requests_full()) {
    done(fail(SocketError::too_many_questions));
    return;
  }
  done = shielded_callback(nsp->name(), std::move(done));
  const Reach reach = reach_;
  Selection who = std::move(*this).selection();
  const auto wrap = [nsp](SocketInfos infos) {
    std::vector<RemoteSocket> sockets;
    sockets.reserve(infos.size());
    for (SocketInfo& info : infos) sockets.emplace_back(nsp, std::move(info));
    return sockets;
  };
  server.node().fetch(who, [&server, who, reach, wrap, done = std::move(done)](SocketInfos here) {
    if (reach != Reach::cluster) {
      done(wrap(std::move(here)));
      return;
    }
    server.cluster().fetch(who, [here = std::move(here), wrap, done](Result<SocketInfos> there) {
      if (!there) {
        done(std::unexpected(there.error()));
        return;
      }
      SocketInfos all = here;
      for (SocketInfo& info : *there) all.push_back(std::move(info));
      done(wrap(std::move(all)));
    });
  });
}

void Broadcaster::join(const std::vector<std::string>& rooms) && {
  Server& server = nsp_->server();
  const Reach reach = reach_;
  const Selection who = std::move(*this).selection();
  server.node().join(who, rooms);
  if (reach == Reach::cluster) server.cluster().join(who, rooms);
}

void Broadcaster::leave(const std::vector<std::string>& rooms) && {
  Server& server = nsp_->server();
  const Reach reach = reach_;
  const Selection who = std::move(*this).selection();
  server.node().leave(who, rooms);
  if (reach == Reach::cluster) server.cluster().leave(who, rooms);
}

void Broadcaster::disconnect(bool close_clients) && {
  Server& server = nsp_->server();
  const Reach reach = reach_;
  const Selection who = std::move(*this).selection();
  server.node().disconnect(who, close_clients);
  if (reach == Reach::cluster) server.cluster().disconnect(who, close_clients);
}

}  // namespace quickclinic::socketio
