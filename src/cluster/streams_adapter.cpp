#include "cluster/streams_adapter.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace quickclinic::cluster {

// The base owns the dialect, and the streams with the way to the others.
StreamsAdapter::StreamsAdapter(socketio::Node& node, std::unique_ptr<StreamsDialect> dialect,
                               std::unique_ptr<PubSub> pub_sub, Streams& streams,
                               AdapterOptions options)
    : StreamsAdapter(node, *dialect, std::move(dialect), std::move(pub_sub), streams,
                     std::move(options)) {}

StreamsAdapter::StreamsAdapter(socketio::Node& node, const StreamsDialect& known,
                               std::unique_ptr<Dialect> dialect, std::unique_ptr<PubSub> pub_sub,
                               Streams& streams, AdapterOptions options)
    : PubSubAdapter(node, std::move(dialect), std::move(pub_sub), std::move(options)),
      dialect_(known),
      streams_(streams) {
  streams_.follow([this](const StreamEntry& entry) { read(entry); });
}

void StreamsAdapter::publish(Message message) {
  if (!StreamsDialect::belongs_in_stream(message)) {
    PubSubAdapter::publish(std::move(message));
    return;
  }
  count_sent();
  streams_.append(dialect_.write_entry(std::move(message)), {});
}

void StreamsAdapter::read(const StreamEntry& entry) {
  const std::string nsp(field(entry.fields, "nsp"));
  if (!listens_to(nsp) || field(entry.fields, "uid") == dialect_.id()) return;
  const std::string_view type = field(entry.fields, "type");
  if (type == "1" || type == "2" || type == "13") return;  // older adapters' signs of life
  take(nsp, field(entry.fields, "data").size(),
       [&entry] { return StreamsDialect::read_entry(entry.fields); });
}

}  // namespace quickclinic::cluster
