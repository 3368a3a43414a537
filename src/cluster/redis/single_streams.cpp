#include "cluster/redis/single_streams.hpp"

#include <string_view>
#include <utility>
#include <vector>

namespace quickclinic::redis {
namespace {

Result<cluster::EntryId> id_in(const Result<Reply>& reply) {
  if (!reply) return std::unexpected(reply.error());
  if (const auto id = cluster::parse_entry_id(reply->text)) return *id;
  return fail(Condition::unavailable, reply->text);
}

}  // namespace

SingleStreams::SingleStreams(const boost::asio::any_io_executor& executor,
                             const Introduction& introduction, const Line::Find& find,
                             const StreamSettings& settings)
    : SinglePubSub(executor, introduction, find),
      stream_(settings.stream),
      max_len_(std::to_string(settings.max_len)),
      reader_(
          executor, introduction, find, settings.stream, settings.read_count,
          {.ready = [this] { changed(); }, .lost = [this](const Error& reason) { lost(reason); }}) {
  reader_.open();
}

void SingleStreams::append(const cluster::EntryFields& fields,
                           std::function<void(Result<cluster::EntryId>)> done) {
  std::vector<std::string_view> words = {"XADD", stream_, "MAXLEN", "~", max_len_, "*"};
  for (const auto& [name, value] : fields) words.insert(words.end(), {name, value});
  if (!done) {
    publisher().say(words);
    return;
  }
  publisher().say(words,
                  [done = std::move(done)](const Result<Reply>& reply) { done(id_in(reply)); });
}

void SingleStreams::renew(const Error& reason) {
  SinglePubSub::renew(reason);
  reader_.line().renew(reason);
}

}  // namespace quickclinic::redis
