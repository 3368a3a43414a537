#include "cluster/redis/single_streams.hpp"

#include <array>
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
          {.ready = [this] { changed(); }, .lost = [this](const Error& reason) { lost(reason); }}),
      // Who cannot be recovered begins anew; that makes nobody degraded.
      sessions_(executor, introduction, find, {.ready = [] {}, .lost = [](const Error&) {}}) {
  reader_.open();
  if (settings.sessions) sessions_.open();
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

void SingleStreams::range(const cluster::EntryId& from, const cluster::EntryId& to,
                          std::size_t count,
                          std::function<void(Result<std::vector<cluster::StreamEntry>>)> done) {
  const std::string first = cluster::to_text(from);
  const std::string last = cluster::to_text(to);
  const std::string most = std::to_string(count);
  const std::array<std::string_view, 6> words = {"XRANGE", stream_, first, last, "COUNT", most};
  sessions_.ask(words, [done = std::move(done)](const Result<Reply>& reply) {
    if (reply) {
      done(entries_in(*reply));
    } else {
      done(std::unexpected(reply.error()));
    }
  });
}

void SingleStreams::keep(std::string_view key, std::string_view value,
                         std::chrono::milliseconds time) {
  const std::string ms = std::to_string(time.count());
  const std::array<std::string_view, 5> words = {"SET", key, value, "PX", ms};
  sessions_.say(words);
}

void SingleStreams::take(std::string_view key,
                         std::function<void(std::optional<std::string>)> done) {
  const std::array<std::string_view, 2> words = {"GETDEL", key};
  sessions_.ask(words, [done = std::move(done)](const Result<Reply>& reply) {
    const bool there = reply && reply->kind == Reply::Kind::text;
    done(there ? std::optional(reply->text) : std::nullopt);
  });
}

void SingleStreams::renew(const Error& reason) {
  SinglePubSub::renew(reason);
  reader_.line().renew(reason);
  sessions_.line().renew(reason);
}

}  // namespace quickclinic::redis
