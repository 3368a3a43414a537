#include "cluster/pub_sub_adapter.hpp"

#include "base/log.hpp"
#include "cluster/error.hpp"
#include "socketio/server.hpp"
#include "socketio/shielded.hpp"

#include <algorithm>
#include <utility>

namespace quickclinic::cluster {

using socketio::Arguments;
using socketio::FetchHandler;
using socketio::QuestionProgress;
using socketio::Selection;
using socketio::ServerAnswersHandler;

namespace {

Selection everybody_of(std::string_view nsp) {
  return {.nsp = std::string(nsp), .rooms = {}, .except = {}};
}

// What an answer has to know of a request.
Message head(const Message& request) {
  return {.kind = request.kind,
          .sender = request.sender,
          .request = request.request,
          .who = everybody_of(request.who.nsp)};
}

}  // namespace

PubSubAdapter::PubSubAdapter(socketio::Node& node, std::unique_ptr<Dialect> dialect,
                             std::unique_ptr<PubSub> pub_sub, AdapterOptions options)
    : node_(node),
      dialect_(std::move(dialect)),
      requests_timeout_(options.requests_timeout),
      counters_(options.counters ? std::move(options.counters) : std::make_shared<Counters>()),
      pub_sub_(std::move(pub_sub)) {
  counters_->connected = pub_sub_->connected();
  pub_sub_->on_change([this](bool now) { connected(now); });
}

PubSubAdapter::~PubSubAdapter() = default;

// -- listening

void PubSubAdapter::namespace_exists(std::string_view nsp, bool exists) {
  Heard& heard = namespaces_[std::string(nsp)];
  heard.exists = exists;
  listen_or_not(std::string(nsp), heard);
}

void PubSubAdapter::room_occupied(std::string_view nsp, std::string_view room, bool occupied) {
  const std::string name(nsp);
  Heard& heard = namespaces_[name];
  if (occupied) {
    ++heard.rooms;
  } else if (heard.rooms > 0) {
    --heard.rooms;
  }
  if (const auto own = dialect_->room_subscription(nsp, room)) {
    if (occupied) {
      listen(name, *own);
    } else {
      pub_sub_->unsubscribe(own->kind, own->channel);
    }
  }
  listen_or_not(name, heard);
}

void PubSubAdapter::listen_or_not(const std::string& nsp, Heard& heard) {
  const bool wanted = heard.exists || heard.rooms > 0;
  if (wanted == heard.listening) return;
  heard.listening = wanted;
  for (const Subscription& each : dialect_->subscriptions(nsp)) {
    if (wanted) {
      listen(nsp, each);
    } else if (each.is_pattern) {
      pub_sub_->unsubscribe_pattern(each.channel);
    } else {
      pub_sub_->unsubscribe(each.kind, each.channel);
    }
  }
  if (!wanted) namespaces_.erase(nsp);
}

void PubSubAdapter::listen(const std::string& nsp, const Subscription& to) {
  if (to.is_pattern) {
    pub_sub_->subscribe_pattern(to.channel,
                                [this, nsp](std::string_view channel, std::string_view bytes) {
                                  hear_pattern(nsp, channel, bytes);
                                });
    return;
  }
  pub_sub_->subscribe(to.kind, to.channel,
                      [this, nsp, topic = to.topic](std::string_view, std::string_view bytes) {
                        hear(nsp, topic, bytes);
                      });
}

// What is for a room that nobody here is in is not even read.
void PubSubAdapter::hear_pattern(const std::string& nsp, std::string_view channel,
                                 std::string_view bytes) {
  const auto room = dialect_->room_of(nsp, channel);
  if (!room) return;
  if (!room->empty() && !node_.server().cluster().holds(nsp, *room)) return;
  hear(nsp, Topic::broadcasts, bytes);
}

void PubSubAdapter::hear(const std::string& nsp, Topic topic, std::string_view bytes) {
  take(nsp, bytes.size(), [&] { return dialect_->read(nsp, topic, bytes); });
}

void PubSubAdapter::take(const std::string& nsp, std::size_t bytes,
                         const std::function<Result<Message>()>& read) {
  counters_->received.fetch_add(1, std::memory_order_relaxed);
  const bool done = socketio::shielded(nsp, "message of another node", [&] {
    Result<Message> message = read();
    if (message) {
      if (message->sender != dialect_->id()) carry_out(std::move(*message));
      return;
    }
    counters_->malformed.fetch_add(1, std::memory_order_relaxed);
    log::debug("dropped a message of another node",
               {{"namespace", nsp}, {"reason", message.error().describe()}, {"bytes", bytes}});
  });
  if (!done) counters_->malformed.fetch_add(1, std::memory_order_relaxed);
}

// -- what others ask for

void PubSubAdapter::carry_out(Message message) {
  switch (message.kind) {
    case MessageKind::broadcast:
      deliver(message);
      break;
    case MessageKind::join:
    case MessageKind::leave:
    case MessageKind::disconnect:
      change(message);
      break;
    case MessageKind::question:
    case MessageKind::server_event:
    case MessageKind::find_sockets:
    case MessageKind::find_ids:
    case MessageKind::find_rooms:
      // Each of them makes this process wait for something.
      if (node_.server().requests_full()) {
        counters_->refused.fetch_add(1, std::memory_order_relaxed);
      } else if (message.kind == MessageKind::question) {
        put_question(message);
      } else if (message.kind == MessageKind::server_event) {
        raise(message);
      } else {
        find(message);
      }
      break;
    default:
      requests_.take(std::move(message));
  }
}

void PubSubAdapter::deliver(const Message& message) {
  const socketio::EventHead head{
      .nsp = message.who.nsp, .name = message.event, .compress = message.compress};
  node_.emit(message.who, head, message.arguments, message.delivery);
}

void PubSubAdapter::answer(const Message& request, Message with) {
  with.to = request.sender;
  with.request = request.request;
  with.who.nsp = request.who.nsp;
  publish(std::move(with));
}

void PubSubAdapter::put_question(const Message& message) {
  if (message.request.empty()) return;
  const auto question = std::make_shared<const socketio::Question>(
      socketio::Question{.to = message.who,
                         .name = message.event,
                         .arguments = message.arguments,
                         .timeout = message.timeout.value_or(requests_timeout_),
                         .compress = message.compress});
  const Message request = head(message);
  node_.ask(question,
            {.nodes_expected = {},
             .clients_expected =
                 [this, request](std::size_t clients) {
                   answer(request, {.kind = MessageKind::client_count, .clients = clients});
                 },
             .answered =
                 [this, request](Arguments arguments) {
                   answer(request,
                          {.kind = MessageKind::client_answer, .arguments = std::move(arguments)});
                 }});
}

void PubSubAdapter::raise(const Message& message) {
  std::function<void(Arguments)> reply;
  if (!message.request.empty()) {
    const Message request = head(message);
    // The application may keep it as long as it likes, and call it as often.
    const auto owed = std::make_shared<bool>(true);  // owners: copies of the reply
    reply = [this, alive = std::weak_ptr(alive_), request, owed](Arguments arguments) {
      if (alive.expired() || !std::exchange(*owed, false)) return;
      answer(request, {.kind = MessageKind::server_answer, .arguments = std::move(arguments)});
    };
  }
  node_.raise(message.who.nsp, message.event, message.arguments, std::move(reply));
}

void PubSubAdapter::change(const Message& message) {
  // Of long ago: the node that has the one socket says so.
  if (!message.request.empty()) {
    const Message request = head(message);
    node_.fetch(message.who, [this, request](const socketio::SocketInfos& found) {
      if (!found.empty()) answer(request, {.kind = MessageKind::done});
    });
  }
  if (message.kind == MessageKind::join) {
    node_.join(message.who, message.rooms);
  } else if (message.kind == MessageKind::leave) {
    node_.leave(message.who, message.rooms);
  } else {
    node_.disconnect(message.who, message.close_clients);
  }
}

void PubSubAdapter::find(const Message& message) {
  if (message.request.empty()) return;
  const Message request = head(message);
  if (message.kind == MessageKind::find_rooms) {
    node_.all_rooms(message.who.nsp, [this, request](std::vector<std::string> rooms) {
      answer(request, {.kind = MessageKind::rooms, .rooms = std::move(rooms)});
    });
    return;
  }
  node_.fetch(message.who, [this, request](socketio::SocketInfos found) {
    if (request.kind == MessageKind::find_sockets) {
      answer(request, {.kind = MessageKind::sockets, .sockets = std::move(found)});
      return;
    }
    Message ids{.kind = MessageKind::ids};
    for (const socketio::SocketInfo& info : found) ids.rooms.push_back(info.id.text());
    answer(request, std::move(ids));
  });
}

// -- what is asked of others

void PubSubAdapter::publish(Message message) {
  const Outgoing outgoing = dialect_->write(std::move(message));
  count_sent();
  pub_sub_->publish(outgoing.kind, outgoing.channel, outgoing.bytes);
}

void PubSubAdapter::broadcast(std::shared_ptr<const socketio::Broadcast> broadcast) {
  if (auto message = message_of(*broadcast)) publish(std::move(*message));
}

std::optional<Message> PubSubAdapter::message_of(const socketio::Broadcast& broadcast) const {
  Result<socketio::Packet> packet = node_.server().parser().read(broadcast.frames);
  if (!packet) {
    log::error("an event could not be read again for the other nodes",
               {{"namespace", broadcast.to.nsp}, {"reason", packet.error().describe()}});
    return std::nullopt;
  }
  json::Array& values = packet->payload.get_array();
  // Only the clients of this node can come back to it, so only they are shown its offset.
  if (broadcast.offset && !values.empty()) values.pop_back();
  return Message{.kind = MessageKind::broadcast,
                 .who = broadcast.to,
                 .event = std::move(packet->event),
                 .arguments = {std::move(values), std::move(packet->attachments)},
                 .delivery = broadcast.delivery,
                 .compress = broadcast.frames.front()->compressible()};
}

void PubSubAdapter::ask(std::shared_ptr<const socketio::Question> question,
                        QuestionProgress progress) {
  const std::string request = dialect_->new_request();
  count_others(question->to.nsp, [expected = progress.nodes_expected](Result<std::size_t> others) {
    if (others) expected(*others);  // else it ends when its time is up
  });
  requests_.await_clients(request, std::move(progress));
  node_.server().after(question->timeout, [this, request] { requests_.expire(request); });
  publish({.kind = MessageKind::question,
           .request = request,
           .who = question->to,
           .event = question->name,
           .arguments = question->arguments.kept(),
           .compress = question->compress,
           .timeout = question->timeout});
}

void PubSubAdapter::join(const Selection& who, const std::vector<std::string>& rooms) {
  publish({.kind = MessageKind::join, .who = who, .rooms = rooms});
}

void PubSubAdapter::leave(const Selection& who, const std::vector<std::string>& rooms) {
  publish({.kind = MessageKind::leave, .who = who, .rooms = rooms});
}

void PubSubAdapter::disconnect(const Selection& who, bool close_clients) {
  publish({.kind = MessageKind::disconnect, .who = who, .close_clients = close_clients});
}

void PubSubAdapter::fetch(const Selection& who, FetchHandler done) {
  count_others(who.nsp, [this, who, done = std::move(done)](Result<std::size_t> others) {
    if (!others) {
      done(std::unexpected(others.error()));
      return;
    }
    if (*others == 0) {
      done(socketio::SocketInfos());
      return;
    }
    const std::string request = dialect_->new_request();
    requests_.await_sockets(request, *others, done);
    expire_later(request, requests_timeout_);
    publish({.kind = MessageKind::find_sockets, .request = request, .who = who});
  });
}

void PubSubAdapter::all_rooms(std::string_view nsp, RoomsHandler done) {
  node_.all_rooms(
      nsp, [this, nsp = std::string(nsp), done = std::move(done)](std::vector<std::string> own) {
        count_others(nsp, [this, nsp, done, own](Result<std::size_t> others) {
          if (!others) {
            done(std::unexpected(others.error()));
            return;
          }
          if (*others == 0) {
            done(own);
            return;
          }
          const std::string request = dialect_->new_request();
          requests_.await_rooms(request, *others, own, done);
          expire_later(request, requests_timeout_);
          publish({.kind = MessageKind::find_rooms, .request = request, .who = everybody_of(nsp)});
        });
      });
}

void PubSubAdapter::server_event(std::string_view nsp, std::string_view name,
                                 const Arguments& arguments, ServerAnswersHandler done) {
  Message message{.kind = MessageKind::server_event,
                  .who = everybody_of(nsp),
                  .event = std::string(name),
                  .arguments = arguments.kept()};
  if (!done) {
    publish(std::move(message));
    return;
  }
  const auto kept = std::make_shared<Message>(std::move(message));  // owner: the callback
  count_others(nsp, [this, kept, done = std::move(done)](Result<std::size_t> others) {
    if (!others) {
      done(std::unexpected(others.error()));
      return;
    }
    if (*others == 0) {
      done(socketio::ServerAnswers());
      return;
    }
    kept->request = dialect_->new_request();
    requests_.await_servers(kept->request, *others, done);
    expire_later(kept->request, requests_timeout_);
    publish(std::move(*kept));
  });
}

void PubSubAdapter::count_nodes(std::function<void(Result<std::size_t>)> done) {
  // Of a namespace that every node has.
  count_others("/", [done = std::move(done)](Result<std::size_t> others) {
    done(others ? Result<std::size_t>(*others + 1) : others);
  });
}

void PubSubAdapter::count_others(std::string_view nsp,
                                 std::function<void(Result<std::size_t>)> done) {
  const Subscription roll = dialect_->roll(nsp);
  pub_sub_->count_subscribers(roll.kind, roll.channel,
                              [done = std::move(done)](Result<std::size_t> count) {
                                if (count && *count > 0) --*count;  // this node
                                done(std::move(count));
                              });
}

void PubSubAdapter::expire_later(const std::string& request, std::chrono::milliseconds timeout) {
  node_.server().after(timeout, [this, request] {
    if (requests_.expire(request)) {
      counters_->unanswered.fetch_add(1, std::memory_order_relaxed);
    }
  });
}

}  // namespace quickclinic::cluster
