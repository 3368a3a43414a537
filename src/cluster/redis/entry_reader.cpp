#include "cluster/redis/entry_reader.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace quickclinic::redis {
namespace {

using cluster::EntryId;
using cluster::StreamEntry;

// Shorter than `Connection::silence_max`, which gives up who answers nothing.
constexpr std::string_view block_ms = "2000";

std::unexpected<Error> no_entry() {
  return fail(Condition::unavailable, "Redis sent what is no entry of a stream");
}

}  // namespace

Result<std::vector<StreamEntry>> entries_in(const Reply& reply) {
  if (reply.is_error()) return fail(Condition::unavailable, reply.text);
  if (reply.kind != Reply::Kind::list) return no_entry();
  std::vector<StreamEntry> entries;
  entries.reserve(reply.items.size());
  for (const Reply& item : reply.items) {
    if (!item.is_list(2)) return no_entry();
    const auto id = cluster::parse_entry_id(item.items[0].text);
    if (!id) return no_entry();
    StreamEntry& entry = entries.emplace_back(*id);
    const std::vector<Reply>& fields = item.items[1].items;
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
      entry.fields.emplace_back(fields[i].text, fields[i + 1].text);
    }
  }
  return entries;
}

EntryReader::EntryReader(const boost::asio::any_io_executor& executor,
                         const Introduction& introduction, Line::Find find, std::string stream,
                         std::size_t count_max, Events events)
    : stream_(std::move(stream)),
      count_max_(count_max),
      count_(count_max),
      events_(std::move(events)),
      line_(executor, introduction, Connection::Role::asks, std::move(find),
            {.ready = [this](Connection& connection) { begin(connection); },
             .heard = {},
             .lost = [this](const Error& reason) { lost(reason); }}) {}

void EntryReader::ask(Connection& connection, const std::vector<std::string_view>& words,
                      Then then) {
  connection.ask(words, [this, &connection, then = std::move(then)](const Result<Reply>& reply) {
    if (!reply) return;
    if (reply->is_error()) {
      line_.renew(fail(Condition::unavailable, reply->text).error());
    } else {
      then(connection, *reply);
    }
  });
}

void EntryReader::begin(Connection& connection) {
  said_ = false;
  if (too_large_) {
    begin_now(connection);
  } else if (place_) {
    look_for_place(connection);
  } else {
    look_for_end(connection);
  }
}

// Entries cannot be counted without being sent; but their ids go by the clock.
void EntryReader::begin_now(Connection& connection) {
  ask(connection, {"TIME"}, [this](Connection& same, const Reply& reply) {
    std::uint64_t seconds = 0;
    if (reply.is_list(1)) {
      const std::string& text = reply.items[0].text;
      std::from_chars(text.data(), text.data() + text.size(), seconds);
    }
    too_large_ = false;
    passed_over_ = true;
    place_ = std::max(place_.value_or(EntryId{}), EntryId{.ms = seconds * 1000, .number = 0});
    say_once("an entry was too large");
    read(same);
  });
}

void EntryReader::look_for_end(Connection& connection) {
  ask(connection, {"XREVRANGE", stream_, "+", "-", "COUNT", "1"},
      [this](Connection& same, const Reply& reply) {
        const auto entries = entries_in(reply);
        if (!entries) {
          line_.renew(entries.error());
          return;
        }
        const EntryId end = entries->empty() ? EntryId{} : entries->front().id;
        // Emptied, and begun anew by a clock that is behind.
        if (place_ && end < *place_) say_once("it was emptied");
        if (!place_ || end < *place_) place_ = place_ ? EntryId{} : end;
        read(same);
      });
}

// Entries go from the front: when this one is there, so are all behind it.
void EntryReader::look_for_place(Connection& connection) {
  const std::string place = to_text(*place_);
  ask(connection, {"XRANGE", stream_, place, place}, [this](Connection& same, const Reply& reply) {
    const auto entries = entries_in(reply);
    if (!entries) {
      line_.renew(entries.error());
      return;
    }
    if (entries->empty() && *place_ != EntryId{}) say_once("what came meanwhile is gone from it");
    look_for_end(same);
  });
}

void EntryReader::read(Connection& connection) {
  line_.settle();
  if (!std::exchange(ready_, true)) events_.ready();
  const std::string count = std::to_string(count_);
  const std::string place = to_text(*place_);
  ask(connection, {"XREAD", "COUNT", count, "BLOCK", block_ms, "STREAMS", stream_, place},
      [this](Connection& same, const Reply& reply) { take(same, reply); });
}

void EntryReader::take(Connection& connection, const Reply& reply) {
  if (reply.kind == Reply::Kind::nothing) {
    // The last entry may be the one that was passed over.
    if (passed_over_) {
      read(connection);
    } else {
      look_for_end(connection);
    }
    return;
  }
  if (!reply.is_list(1) || !reply.items[0].is_list(2)) {
    line_.renew(no_entry().error());
    return;
  }
  const auto entries = entries_in(reply.items[0].items[1]);
  if (!entries) {
    line_.renew(entries.error());
    return;
  }
  count_ = count_max_;
  passed_over_ = false;
  for (const StreamEntry& entry : *entries) {
    place_ = entry.id;
    if (follower_) follower_(entry);
  }
  read(connection);
}

void EntryReader::say_once(std::string_view what) {
  if (std::exchange(said_, true)) return;
  log::warn("messages of other nodes may be missing from the stream",
            {{"stream", stream_}, {"reason", what}});
}

void EntryReader::lost(const Error& reason) {
  ready_ = false;
  if (reason.condition() == Condition::too_large) {
    too_large_ = count_ == 1;
    count_ = 1;
  }
  events_.lost(reason);
}

}  // namespace quickclinic::redis
