// Whatever is published on a channel is read or refused, in each dialect; what is read keeps to the
// protocol, and written again it reads the same.
#include "base/utf8.hpp"
#include "cluster/classic_dialect.hpp"
#include "cluster/sharded_dialect.hpp"
#include "fuzz/fuzz_target.hpp"
#include "fuzz/same_json.hpp"

#include <string_view>

namespace {

using namespace quickclinic::cluster;
using quickclinic::is_utf8;
using quickclinic::fuzz::require;
using quickclinic::fuzz::same;
namespace json = quickclinic::json;

Topic topic_of(MessageKind kind) {
  if (kind == MessageKind::broadcast) return Topic::broadcasts;
  return kind < MessageKind::client_count ? Topic::requests : Topic::answers;
}

// Numbers may change their form once, but not twice; JSON has no bytes.
void check_again(const Dialect& dialect, const Message& message, bool is_exact) {
  // Changes of one socket that are to be answered are read, but never written.
  if (message.kind <= MessageKind::disconnect && message.kind >= MessageKind::join &&
      !message.request.empty())
    return;
  const Outgoing written = dialect.write(message);
  const auto again = dialect.read("/", topic_of(message.kind), written.bytes);
  require(again.has_value());
  require(again->kind == message.kind && again->request == message.request);
  require(again->who.rooms == message.who.rooms && again->who.except == message.who.except);
  require(again->event == message.event && again->rooms == message.rooms);
  require(again->close_clients == message.close_clients && again->clients == message.clients);
  require(again->sockets.size() == message.sockets.size());
  if (!is_exact) return;
  require(again->arguments.attachments == message.arguments.attachments);
  require(again->arguments.values.size() == message.arguments.values.size());
  for (std::size_t i = 0; i < message.arguments.values.size(); ++i)
    require(same(again->arguments.values[i], message.arguments.values[i]));
}

void check(const Dialect& dialect, Topic topic, std::string_view bytes) {
  auto read = dialect.read("/", topic, bytes);
  if (!read) return;
  require(read->who.nsp == "/" && is_utf8(read->event));
  require(read->arguments.attachments.size() <= message_attachments_max);
  require(is_utf8(json::to_text(read->arguments.values)));
  const bool has_bytes = !read->arguments.attachments.empty();
  check_again(dialect, *read, !has_bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ClassicDialect classic({}, "me");
  static const ShardedDialect sharded({}, "me");
  if (size == 0) return 0;
  // The first byte says where the others come from.
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      check(classic, Topic::broadcasts, bytes);
      break;
    case 1:
      check(classic, Topic::requests, bytes);
      break;
    case 2:
      check(classic, Topic::answers, bytes);
      break;
    default:
      check(sharded, Topic::everything, bytes);
  }
  return 0;
}
