#include "cluster/streams_adapter.hpp"

#include "socketio/server.hpp"

#include <charconv>
#include <string>
#include <utility>

namespace quickclinic::cluster {
namespace {

// A field that only who wrote it reads: tells its own entries apart.
constexpr std::string_view number_field = "number";

}  // namespace

StreamsAdapter::StreamsAdapter(socketio::Node& node, const StreamsOptions& options,
                               std::unique_ptr<PubSub> pub_sub, Streams& streams,
                               AdapterOptions adapter)
    : StreamsAdapter(node, std::make_unique<StreamsDialect>(options), options, std::move(pub_sub),
                     streams, std::move(adapter)) {}

StreamsAdapter::StreamsAdapter(socketio::Node& node, std::unique_ptr<StreamsDialect> dialect,
                               const StreamsOptions& options, std::unique_ptr<PubSub> pub_sub,
                               Streams& streams, AdapterOptions adapter)
    : PubSubAdapter(node, std::move(dialect), std::move(pub_sub), std::move(adapter)),
      dialect_(static_cast<const StreamsDialect&>(spoken())),
      streams_(streams),
      sessions_(streams, options.session_key_prefix, node.server().settings().recovery),
      shared_(node.server().recovery().shared()) {
  streams_.follow([this](const StreamEntry& entry) { read(entry); });
}

void StreamsAdapter::keep_session(std::string_view nsp, const socketio::SharedSession& session) {
  sessions_.keep(nsp, session);
}

void StreamsAdapter::find_session(std::string_view nsp, std::string_view session,
                                  std::string_view offset,
                                  std::function<void(socketio::FoundSessionPtr)> done) {
  sessions_.find(nsp, session, offset, std::move(done));
}

// -- what is said

void StreamsAdapter::publish(Message message) {
  if (!StreamsDialect::belongs_in_stream(message)) {
    PubSubAdapter::publish(std::move(message));
    return;
  }
  count_sent();
  streams_.append(dialect_.write_entry(std::move(message)), {});
}

void StreamsAdapter::broadcast(std::shared_ptr<const socketio::Broadcast> broadcast) {
  if (!shared_ || broadcast->delivery != socketio::Delivery::reliable) {
    PubSubAdapter::broadcast(std::move(broadcast));
    return;
  }
  auto message = message_of(*broadcast);
  if (!message) return;
  const std::uint64_t number = ++appended_;
  EntryFields fields = dialect_.write_entry(std::move(*message));
  fields.emplace_back(number_field, std::to_string(number));
  awaited_.emplace(number, std::move(broadcast));
  count_sent();
  streams_.append(fields, [this, number](const Result<EntryId>& id) {
    if (!id) deliver_alone(number);
  });
  if (!connected_) deliver_alone(number);
}

// The others may have it, or get it later; here it is not waited for any more.
void StreamsAdapter::deliver_alone(std::uint64_t number) {
  const auto found = awaited_.find(number);
  if (found == awaited_.end()) return;
  const auto broadcast = std::move(found->second);
  awaited_.erase(found);
  node().broadcast(broadcast);
}

void StreamsAdapter::connected(bool now) {
  PubSubAdapter::connected(now);
  connected_ = now;
  while (!now && !awaited_.empty()) deliver_alone(awaited_.begin()->first);
}

// -- what is read

bool StreamsAdapter::is_awaited(const StreamEntry& entry) {
  const std::string_view text = field(entry.fields, number_field);
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return awaited_.erase(number) > 0;
}

void StreamsAdapter::read(const StreamEntry& entry) {
  const std::string nsp(field(entry.fields, "nsp"));
  const bool own = field(entry.fields, "uid") == dialect_.id();
  if (own && !is_awaited(entry)) return;
  if (!listens_to(nsp)) return;
  const std::string_view type = field(entry.fields, "type");
  if (type == "1" || type == "2" || type == "13") return;  // older adapters' signs of life
  reading_ = entry.id;
  take(nsp, field(entry.fields, "data").size(), [&entry, own] {
    auto message = StreamsDialect::read_entry(entry.fields);
    if (message && own) message->sender.clear();  // for once it is not to be dropped
    return message;
  });
  reading_.reset();
}

void StreamsAdapter::deliver(const Message& message) {
  if (!shared_ || !reading_ || message.delivery != socketio::Delivery::reliable) {
    PubSubAdapter::deliver(message);
    return;
  }
  const std::string offset = to_text(*reading_);
  node().emit(message.who,
              {.nsp = message.who.nsp,
               .name = message.event,
               .offset = offset,
               .compress = message.compress},
              message.arguments, message.delivery, place_of(*reading_));
}

}  // namespace quickclinic::cluster
