#include "tests/conformance/cluster_mode.hpp"

#include "socketio/remote_socket.hpp"
#include "tests/conformance/only.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <utility>
#include <vector>

namespace quickclinic::conformance {
namespace {

using socketio::Ack;
using socketio::Answers;
using socketio::Arguments;
using socketio::Broadcaster;
using socketio::Event;
using socketio::Namespace;
using socketio::RemoteSocket;
using socketio::ServerAnswers;
using socketio::Socket;
using std::chrono::milliseconds;

constexpr milliseconds requests_timeout{2000};
constexpr milliseconds question_time{2000};  // unless `flags.timeout` says otherwise

// The adapter of this process; it lives on the first shard.
cluster::PubSubAdapter* adapter = nullptr;

// The server-side events `note`, by namespace. They come on the first shard and are asked for on
// any.
struct Notes {
  std::mutex mutex;
  std::map<std::string, json::Array> kept;
};
Notes& notes() {
  static Notes all;
  return all;
}

void fail_with(Ack ack, const Error& error) {
  ack.send(only(json::Object{{"error", error.describe()}}));
}

// -- what clients say

const json::Object& object(const Event& event, std::size_t index) {
  static const json::Object empty;
  const json::Object* found = event.argument(index).if_object();
  return found == nullptr ? empty : *found;
}

std::string text(const Event& event, std::size_t index) {
  const json::String* found = event.argument(index).if_string();
  return found == nullptr ? std::string() : std::string(json::view(*found));
}

std::vector<std::string> names(const json::Value* value) {
  std::vector<std::string> all;
  if (value == nullptr || !value->is_array()) return all;
  for (const json::Value& each : value->get_array()) all.emplace_back(json::view(each.as_string()));
  return all;
}

Arguments arguments(const Event& event, std::size_t index) {
  const json::Array* found = event.argument(index).if_array();
  return {found == nullptr ? json::Array() : json::Array(*found, {}), event.attachments};
}

const json::Value* flag(const json::Object& selection, std::string_view name) {
  const json::Value* flags = selection.if_contains("flags");
  return flags == nullptr || !flags->is_object() ? nullptr : flags->get_object().if_contains(name);
}

milliseconds timeout(const json::Object& selection) {
  const json::Value* found = flag(selection, "timeout");
  return found != nullptr && found->is_int64() ? milliseconds(found->get_int64()) : question_time;
}

Broadcaster select(Broadcaster from, const json::Object& selection) {
  Broadcaster picked = std::move(from)
                           .to(names(selection.if_contains("rooms")))
                           .except(names(selection.if_contains("except")));
  const auto is_set = [&](std::string_view name) {
    const json::Value* found = flag(selection, name);
    return found != nullptr && found->is_bool() && found->get_bool();
  };
  if (is_set("local")) picked = std::move(picked).local();
  if (is_set("volatile")) picked = std::move(picked).if_writable();
  if (const json::Value* compress = flag(selection, "compress")) {
    picked = std::move(picked).compress(compress->as_bool());
  }
  return picked;
}

Broadcaster pick(Socket& socket, const Event& event) {
  return select(socket.nsp().everybody(), object(event, 0));
}

// -- what they are told

/// The first arguments of several answers in one array.
class Responses {
 public:
  void add(const Arguments& answer) {
    const std::size_t before = attachments_.size();
    attachments_.insert(attachments_.end(), answer.attachments.begin(), answer.attachments.end());
    json::Value value = answer.values.empty() ? json::Value() : answer.values.front();
    if (before > 0) renumber(value, static_cast<std::int64_t>(before));
    values_.push_back(std::move(value));
  }
  Arguments finish(json::Value error) && {
    Arguments told =
        only(json::Object{{"err", std::move(error)}, {"responses", std::move(values_)}});
    told.attachments = std::move(attachments_);
    return told;
  }

 private:
  static void renumber(json::Value& value, std::int64_t by) {
    if (json::Array* array = value.if_array()) {
      for (json::Value& each : *array) renumber(each, by);
    } else if (json::Object* fields = value.if_object()) {
      if (fields->contains("_placeholder")) {
        fields->at("num") = fields->at("num").as_int64() + by;
      } else {
        for (auto& member : *fields) renumber(member.value(), by);
      }
    }
  }

  json::Array values_;
  std::vector<std::string> attachments_;
};

json::Value shown(const RemoteSocket& socket) {
  return json::Object{
      {"id", socket.id().text()},
      {"rooms", json::Array(socket.rooms().begin(), socket.rooms().end())},
      {"data", socket.data().is_null() ? json::Value(json::Object()) : socket.data()},
      {"handshake",
       socket.handshake() ? json::Value(to_json(*socket.handshake())) : json::Value()}};
}

// -- events

void add_own_events(Namespace& nsp) {
  nsp.on("id", [](Socket& socket, Event& event) { event.ack.send(only(socket.id().text())); });
  nsp.on("join", [](Socket& socket, Event& event) {
    for (const std::string& room : names(&event.argument(0))) socket.join(room);
    event.ack.send({});
  });
  nsp.on("leave", [](Socket& socket, Event& event) {
    socket.leave(text(event, 0));
    event.ack.send({});
  });
  nsp.on("state", [](Socket& socket, Event& event) {
    const auto* data = socket.data_as<json::Value>();
    event.ack.send(only(json::Object{{"recovered", socket.recovered()},
                                     {"data", data == nullptr ? json::Value() : *data}}));
  });
  nsp.on("rooms", [](Socket& socket, Event& event) {
    const std::vector<std::string> rooms = socket.rooms();
    event.ack.send(only(json::Array(rooms.begin(), rooms.end())));
  });
  nsp.on("data", [](Socket& socket, Event& event) {
    socket.data() = json::Value(event.argument(0));
    event.ack.send({});
  });
}

void add_broadcasts(Namespace& nsp) {
  nsp.on("emit", [](Socket& socket, Event& event) {
    pick(socket, event).emit(text(event, 1), arguments(event, 2));
    event.ack.send({});
  });
  nsp.on("socket-emit", [](Socket& socket, Event& event) {
    select(socket.broadcast(), object(event, 0)).emit(text(event, 1), arguments(event, 2));
    event.ack.send({});
  });
  nsp.on("emit-ack", [](Socket& socket, Event& event) {
    const auto tell = [ack = event.ack](const Answers& all) mutable {
      Responses responses;
      for (const Arguments& each : all.answers) responses.add(each);
      ack.send(std::move(responses).finish(all.complete ? json::Value()
                                                        : json::Value("operation has timed out")));
    };
    pick(socket, event)
        .emit_with_ack(text(event, 1), arguments(event, 2), timeout(object(event, 0)), tell);
  });
}

void ask_remote(const RemoteSocket& socket, const std::string& name, const Arguments& arguments,
                Ack ack) {
  socket.emit_with_ack(name, arguments, milliseconds(1000),
                       [ack = std::move(ack)](const Result<Arguments>& answer) mutable {
                         json::Object told{{"err", nullptr}, {"response", nullptr}};
                         if (!answer) {
                           told["err"] = answer.error().code.message();
                         } else if (!answer->values.empty()) {
                           told["response"] = answer->values.front();
                         }
                         ack.send(only(std::move(told)));
                       });
}

void add_requests(Namespace& nsp) {
  nsp.on("fetch", [](Socket& socket, Event& event) {
    pick(socket, event)
        .fetch_sockets([ack = event.ack](const Result<std::vector<RemoteSocket>>& found) mutable {
          if (!found) return fail_with(ack, found.error());
          json::Array all;
          for (const RemoteSocket& each : *found) all.push_back(shown(each));
          ack.send(only(std::move(all)));
        });
  });
  nsp.on("remote-emit-ack", [](Socket& socket, Event& event) {
    socket.nsp()
        .to(text(event, 0))
        .fetch_sockets([ack = event.ack, name = text(event, 1), given = arguments(event, 2)](
                           const Result<std::vector<RemoteSocket>>& found) mutable {
          if (!found) return fail_with(ack, found.error());
          if (found->empty()) return fail_with(ack, Error(make_error_code(std::errc::no_link)));
          ask_remote(found->front(), name, given, ack);
        });
  });
  nsp.on("sockets-join", [](Socket& socket, Event& event) {
    pick(socket, event).join(names(&event.argument(1)));
    event.ack.send({});
  });
  nsp.on("sockets-leave", [](Socket& socket, Event& event) {
    pick(socket, event).leave(names(&event.argument(1)));
    event.ack.send({});
  });
  nsp.on("disconnect-sockets", [](Socket& socket, Event& event) {
    const json::Value& close = event.argument(1);
    event.ack.send({});
    pick(socket, event).disconnect(close.is_bool() && close.get_bool());
  });
}

void add_server_events(Namespace& nsp) {
  nsp.on("server-side-emit", [](Socket& socket, Event& event) {
    socket.nsp().server_side_emit(text(event, 0), arguments(event, 1));
    event.ack.send({});
  });
  nsp.on("server-side-emit-ack", [](Socket& socket, Event& event) {
    socket.nsp().server_side_emit(
        text(event, 0), arguments(event, 1),
        [ack = event.ack](const Result<ServerAnswers>& all) mutable {
          if (!all) return fail_with(ack, all.error());
          Responses responses;
          for (const Arguments& each : all->answers) responses.add(each);
          ack.send(std::move(responses).finish(all->complete ? json::Value()
                                                             : json::Value("timeout reached")));
        });
  });
  nsp.on("notes", [](Socket& socket, Event& event) {
    const std::lock_guard lock(notes().mutex);
    event.ack.send(only(std::exchange(notes().kept[socket.nsp().name()], {})));
  });
  nsp.on_server_event("note", [name = nsp.name()](const Arguments& given, auto) {
    const std::lock_guard lock(notes().mutex);
    notes().kept[name].push_back(json::Array(given.values));
  });
  nsp.on_server_event("ask", [](const Arguments& given, const auto& reply) {
    if (reply)
      reply(only(json::Object{{"node", "quickclinic"}, {"got", json::Value(given.values)}}));
  });
  nsp.on_server_event("mute", [](const Arguments&, auto) {});
}

// Asks the adapter on its own shard, and tells the client on the client's.
void add_adapter_requests(Namespace& nsp) {
  nsp.on("server-count", [](Socket& socket, Event& event) {
    socket.nsp().server().cluster().count_nodes(
        [ack = event.ack](const Result<std::size_t>& count) mutable {
          if (!count) return fail_with(ack, count.error());
          ack.send(only(*count));
        });
  });
  nsp.on("all-rooms", [](Socket& socket, Event& event) {
    socketio::ShardLink* link = socket.nsp().server().link();
    const unsigned home = link->shard();
    const auto ask = [ack = event.ack, name = socket.nsp().name(), home](socketio::Server& first) {
      adapter->all_rooms(
          name, [ack, home, link = first.link()](const Result<std::vector<std::string>>& rooms) {
            link->run_on(home, [ack, rooms](socketio::Server&) mutable {
              if (!rooms) return fail_with(ack, rooms.error());
              ack.send(only(json::Array(rooms->begin(), rooms->end())));
            });
          });
    };
    link->run_on(0, ask);
  });
}

cluster::RedisAdapterOptions adapter_options(const ClusterSettings& settings) {
  cluster::RedisAdapterOptions options;
  options.adapter.requests_timeout = requests_timeout;
  options.url = settings.redis;
  if (settings.adapter.starts_with("streams")) {
    options.dialect =
        cluster::StreamsOptions{.stream_name = settings.key,
                                .channel_prefix = settings.key,
                                .use_sharded_pub_sub = settings.adapter == "streams-sharded"};
  } else if (settings.adapter.starts_with("sharded")) {
    using cluster::RoomChannels;
    const RoomChannels rooms = settings.adapter == "sharded-all"    ? RoomChannels::all
                               : settings.adapter == "sharded-none" ? RoomChannels::none
                                                                    : RoomChannels::dynamic;
    options.dialect = cluster::ShardedOptions{.key = settings.key, .rooms = rooms};
  } else {
    options.dialect = cluster::ClassicOptions{.key = settings.key,
                                              .answer_apart = settings.adapter == "classic-apart"};
  }
  return options;
}

}  // namespace

transport::Options cluster_options(const ClusterSettings& settings) {
  auto factory = cluster::redis_adapter(adapter_options(settings));
  if (!factory) throw std::runtime_error(factory.error().describe());
  transport::Options options;
  options.shards = settings.shards;
  options.socket.recovery.disconnection_max = settings.recovery;
  options.socket.recovery.across_nodes = true;
  options.adapter = [make = std::move(*factory)](socketio::Node& node) {
    std::unique_ptr<socketio::Adapter> made = make(node);
    adapter = dynamic_cast<cluster::PubSubAdapter*>(made.get());
    return made;
  };
  return options;
}

void set_up_cluster(transport::Shard& shard) {
  for (const char* name : {"/", "/custom"}) {
    Namespace& nsp = shard.io().of(name);
    add_own_events(nsp);
    add_broadcasts(nsp);
    add_requests(nsp);
    add_server_events(nsp);
    add_adapter_requests(nsp);
  }
}

}  // namespace quickclinic::conformance
