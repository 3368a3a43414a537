#include "server/watch.hpp"

#include "base/log.hpp"
#include "server/audit_trail.hpp"
#include "server/live.hpp"
#include "server/visitor.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace quickclinic::server {
namespace {

template <class Value>
void make_distinct(std::vector<Value>& values) {
  std::ranges::sort(values);
  const auto repeated = std::ranges::unique(values);
  values.erase(repeated.begin(), repeated.end());
}

}  // namespace

Watch::Watch(Services& services, transport::Shard& shard)
    : services_(services),
      shard_(shard),
      timer_(
          [](void* self, TimePoint) {
            auto& watch = *static_cast<Watch*>(self);
            spawn(watch.shard_.executor(), watch.look(), "watch");
          },
          this) {}

void Watch::begin() { shard_.timers().arm(timer_, shard_.now() + interval); }

Task<> Watch::look() {
  chat::WatchRequest request;
  shard_.io().of("/").for_each([&](socketio::Socket& socket) {
    const Visitor& visitor = Visitor::of(socket);
    request.users.push_back(visitor.user.id);
    if (!visitor.token_hash.empty()) request.token_hashes.push_back(visitor.token_hash);
    if (!visitor.conversation) return;
    request.users.push_back(visitor.conversation->other().id);
    request.relations.push_back(visitor.conversation->relation());
  });
  if (!request.users.empty()) {
    make_distinct(request.users);
    make_distinct(request.relations);
    make_distinct(request.token_hashes);
    Result<chat::WatchAnswer> answer = co_await services_.directory.watch(request);
    // A database that cannot be asked sends nobody away; `/ready` tells of it.
    if (answer) {
      send_away(request, *answer);
      rename(*answer);
    }
  }
  // Whatever went unheard is shown within two looks.
  if (++looks_ % 2 == 0) {
    const Result<> caught_up = co_await services_.live[shard_.index()]->catch_up();
    if (!caught_up) log::info("not caught up", {{"error", caught_up.error().describe()}});
  }
  begin();
  co_return Result<>();
}

void Watch::send_away(const chat::WatchRequest& asked, const chat::WatchAnswer& answer) {
  // Only of those who were asked about can be said that they are gone.
  std::unordered_set<chat::UserId> users(asked.users.begin(), asked.users.end());
  std::unordered_set<chat::RelationId> relations(asked.relations.begin(), asked.relations.end());
  const std::unordered_set<std::string> revoked(answer.revoked_tokens.begin(),
                                                answer.revoked_tokens.end());
  for (const chat::User& user : answer.users) {
    if (user.active) users.erase(user.id);
  }
  for (const chat::Relation& relation : answer.relations) relations.erase(relation.id);
  if (users.empty() && relations.empty() && revoked.empty()) return;
  shard_.io().of("/").for_each([&](socketio::Socket& socket) {
    const Visitor& visitor = Visitor::of(socket);
    const bool disabled = users.contains(visitor.user.id);
    const bool no_relation =
        visitor.conversation && relations.contains(visitor.conversation->relation());
    if (!disabled && !no_relation && !revoked.contains(visitor.token_hash)) return;
    log::info("sent away", {{"user", visitor.user.id.text()},
                            {"reason", disabled      ? "account disabled"
                                       : no_relation ? "relation gone"
                                                     : "token revoked"}});
    record(services_, visitor, chat::AuditAction::sent_away, {},
           disabled      ? "account_disabled"
           : no_relation ? "relation_not_found"
                         : "token_revoked");
    socket.disconnect(true);
  });
}

// People see each other's present names; those who are connected keep their place.
void Watch::rename(const chat::WatchAnswer& answer) {
  std::unordered_map<chat::UserId, const std::string*> names;
  for (const chat::User& user : answer.users) names[user.id] = &user.name;
  shard_.io().of("/").for_each([&](socketio::Socket& socket) {
    Visitor& visitor = Visitor::of(socket);
    const auto name_of = [&](const chat::UserId& user) {
      const auto found = names.find(user);
      return found == names.end() ? nullptr : found->second;
    };
    if (const std::string* name = name_of(visitor.user.id)) visitor.user.name = *name;
    if (!visitor.conversation) return;
    const chat::Member& self = visitor.conversation->self();
    const chat::Member& other = visitor.conversation->other();
    const auto has_changed = [&](const chat::Member& member) {
      const std::string* name = name_of(member.id);
      return name != nullptr && *name != member.name;
    };
    if (!has_changed(self) && !has_changed(other)) return;
    auto renamed = std::make_shared<chat::Conversation>(*visitor.conversation);
    for (const chat::UserId& user : {self.id, other.id}) {
      if (const std::string* name = name_of(user)) renamed->rename(user, *name);
    }
    visitor.conversation = std::move(renamed);
    transport::Shard& home = Live::home_of(shard_, visitor.conversation->relation());
    home.post([&live = *services_.live[home.index()], conversation = visitor.conversation] {
      live.rename(conversation);
    });
  });
}

}  // namespace quickclinic::server
