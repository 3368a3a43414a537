#include "store/memory/memory_store.hpp"

#include "chat/message_id.hpp"
#include "chat/text.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>

namespace quickclinic::store {

using chat::StoreError;

namespace {

template <class Rows, class Key, class Field>
auto* find_by(Rows& rows, const Key& key, Field field) {
  const auto found = std::ranges::find(rows, key, field);
  return found == rows.end() ? nullptr : &*found;
}

// Messages [from, to) of an ascending conversation.
std::vector<chat::Message> range(const std::vector<chat::Message>& messages, std::size_t from,
                                 std::size_t to) {
  const auto begin = messages.begin();
  return {std::next(begin, static_cast<std::ptrdiff_t>(from)),
          std::next(begin, static_cast<std::ptrdiff_t>(to))};
}

chat::MessagePage page_of(const std::vector<chat::Message>& messages,
                          const chat::PageRequest& request) {
  const auto total = static_cast<std::int64_t>(messages.size());
  chat::MessagePage page{.messages = {}, .total = total, .marks = {}};
  // Compared before it is multiplied: a page number may be as large as a number can be.
  if (request.page - 1 > total / request.limit) return page;
  const std::int64_t near = std::min(total, (request.page - 1) * request.limit);
  const std::int64_t far = std::min(total, near + request.limit);
  const bool newest = request.order == chat::PageOrder::newest;
  page.messages = range(messages, static_cast<std::size_t>(newest ? total - far : near),
                        static_cast<std::size_t>(newest ? total - near : far));
  return page;
}

chat::AuditEntry sent(const chat::NewMessage& message, std::string result) {
  return {.action = chat::AuditAction::send,
          .actor = message.sender,
          .relation = message.relation,
          .subject = message.id.text(),
          .address = message.address,
          .result = std::move(result)};
}

WallTime newest(const std::vector<chat::Message>& messages) {
  return messages.empty() ? WallTime() : messages.back().created_at;
}

}  // namespace

void MemoryStore::fail_next(std::size_t operations, StoreError error) {
  const std::lock_guard lock(mutex_);
  failures_left_ = operations;
  failure_ = error;
}

std::optional<std::size_t> MemoryStore::position_of(const chat::RelationId& relation,
                                                    const chat::MessageId& message) const {
  const auto place = places_.find(message);
  if (place == places_.end() || place->second.relation != relation) return std::nullopt;
  return place->second.position;
}

void MemoryStore::append(chat::NewMessage message, const asio::any_io_executor& /*executor*/,
                         AppendReply reply) {
  reply(locked<chat::Appended>([&]() -> Result<chat::Appended> {
    if (const auto place = places_.find(message.id); place != places_.end()) {
      const auto& before =
          conversations_.at(place->second.relation).messages.at(place->second.position);
      if (before.relation != message.relation || before.sender != message.sender) {
        return fail(StoreError::conflict, "the id is another message's");
      }
      audit_.record(sent(message, "repeated"));
      return chat::Appended{.message = before, .stored = false};
    }
    const auto found = conversations_.find(message.relation);
    if (found == conversations_.end() || !find_by(users_, message.sender, &chat::User::id)) {
      return fail(StoreError::invalid, "the relation or the sender is gone");
    }
    auto& messages = found->second.messages;
    WallTime created_at = now_();
    const WallTime previous = newest(messages);
    if (!messages.empty()) {
      created_at = std::max(created_at, messages.back().created_at + std::chrono::milliseconds(1));
    }
    audit_.record(sent(message, "ok"));
    places_[message.id] = {.relation = message.relation, .position = messages.size()};
    messages.push_back({.id = std::move(message.id),
                        .relation = std::move(message.relation),
                        .sender = std::move(message.sender),
                        .text = std::move(message.text),
                        .created_at = created_at});
    return chat::Appended{.message = messages.back(), .stored = true, .previous = previous};
  }));
}

Task<chat::MessagePage> MemoryStore::page(chat::RelationId relation, chat::PageRequest request) {
  co_return locked<chat::MessagePage>([&]() -> Result<chat::MessagePage> {
    const auto found = conversations_.find(relation);
    if (found == conversations_.end()) return chat::MessagePage{};
    chat::MessagePage page = page_of(found->second.messages, request);
    for (const auto& [user, mark] : found->second.marks) page.marks.push_back(mark.mark);
    return page;
  });
}

Task<chat::MessageSlice> MemoryStore::slice(chat::RelationId relation, chat::SliceRequest request) {
  using Direction = chat::SliceRequest::Direction;
  co_return locked<chat::MessageSlice>([&]() -> Result<chat::MessageSlice> {
    std::optional<std::size_t> anchor;
    if (request.direction != Direction::newest) {
      anchor = position_of(relation, request.anchor);
      if (!anchor) return fail(StoreError::not_found, "no such message in the relation");
    }
    const auto found = conversations_.find(relation);
    if (found == conversations_.end()) return chat::MessageSlice{};
    const auto& messages = found->second.messages;
    const auto limit = static_cast<std::size_t>(request.limit);
    if (request.direction == Direction::after) {
      const std::size_t from = *anchor + 1;
      const std::size_t to = std::min(messages.size(), from + limit);
      return chat::MessageSlice{.messages = range(messages, from, to),
                                .has_more = to < messages.size()};
    }
    const std::size_t to = anchor.value_or(messages.size());
    const std::size_t from = to > limit ? to - limit : 0;
    return chat::MessageSlice{.messages = range(messages, from, to), .has_more = from > 0};
  });
}

Task<std::vector<chat::Message>> MemoryStore::newer_than(chat::RelationId relation,
                                                         WallTime position, std::int64_t limit) {
  co_return locked<std::vector<chat::Message>>([&] {
    std::vector<chat::Message> newer;
    const auto found = conversations_.find(relation);
    if (found == conversations_.end()) return newer;
    for (const chat::Message& message : found->second.messages) {
      if (message.created_at > position && std::ssize(newer) < limit) newer.push_back(message);
    }
    return newer;
  });
}

Task<std::vector<chat::Position>> MemoryStore::positions(std::vector<chat::RelationId> relations) {
  co_return locked<std::vector<chat::Position>>([&] {
    std::vector<chat::Position> positions;
    for (chat::RelationId& relation : relations) {
      const auto found = conversations_.find(relation);
      if (found == conversations_.end() || found->second.messages.empty()) continue;
      positions.push_back({std::move(relation), newest(found->second.messages)});
    }
    return positions;
  });
}

Result<chat::Marked> MemoryStore::mark(const chat::RelationId& relation, const chat::UserId& user,
                                       const chat::MessageId& message, chat::MarkKind kind) {
  const auto position = position_of(relation, message);
  if (!position) return fail(StoreError::not_found, "no such message in the relation");
  if (!find_by(users_, user, &chat::User::id)) return fail(StoreError::invalid, "the user is gone");
  Conversation& conversation = conversations_.at(relation);
  const bool reading = kind == chat::MarkKind::read;
  Marks& marks = reading ? conversation.marks : conversation.deliveries;
  const Marks before = reading ? marks : received(conversation);
  if (const auto there = before.find(user);
      there != before.end() && there->second.position >= *position) {
    return chat::Marked{.mark = there->second.mark, .advanced = false};
  }
  const chat::Mark made{.user = user, .message = message, .at = now_()};
  marks[user] = {.position = *position, .mark = made};
  return chat::Marked{.mark = made, .advanced = true};
}

MemoryStore::Marks MemoryStore::received(const Conversation& conversation) {
  Marks received = conversation.deliveries;
  for (const auto& [user, read] : conversation.marks) {
    const auto delivered = received.find(user);
    if (delivered == received.end() || delivered->second.position < read.position) {
      received[user] = read;
    }
  }
  return received;
}

Task<chat::Marked> MemoryStore::mark_read(chat::RelationId relation, chat::UserId user,
                                          chat::MessageId message) {
  co_return locked<chat::Marked>(
      [&] { return mark(relation, user, message, chat::MarkKind::read); });
}

Task<chat::Marked> MemoryStore::mark_delivered(chat::RelationId relation, chat::UserId user,
                                               chat::MessageId message) {
  co_return locked<chat::Marked>(
      [&] { return mark(relation, user, message, chat::MarkKind::delivered); });
}

Task<std::vector<chat::Mark>> MemoryStore::delivered(chat::RelationId relation) {
  co_return locked<std::vector<chat::Mark>>([&] {
    std::vector<chat::Mark> marks;
    const auto found = conversations_.find(relation);
    if (found == conversations_.end()) return marks;
    for (const auto& [user, reached] : received(found->second)) marks.push_back(reached.mark);
    return marks;
  });
}

Task<chat::User> MemoryStore::find_user(chat::UserId user) {
  co_return locked<chat::User>([&]() -> Result<chat::User> {
    const auto* found = find_by(users_, user, &chat::User::id);
    if (!found) return fail(StoreError::not_found, "no such user");
    return *found;
  });
}

Task<chat::User> MemoryStore::find_user_by_email(std::string email) {
  co_return locked<chat::User>([&]() -> Result<chat::User> {
    const auto* found = find_by(users_, email, &chat::User::email);
    if (!found) return fail(StoreError::not_found, "no such user");
    return *found;
  });
}

Task<chat::Credentials> MemoryStore::find_credentials(std::string email) {
  co_return locked<chat::Credentials>([&]() -> Result<chat::Credentials> {
    const std::string folded = chat::fold_address(email);
    const auto fold = [](const chat::User& user) { return chat::fold_address(user.email); };
    const chat::User* found = find_by(users_, chat::trim_address(email), &chat::User::email);
    if (found == nullptr && std::ranges::count(users_, folded, fold) == 1) {
      found = find_by(users_, folded, fold);
    }
    if (found == nullptr) return fail(StoreError::not_found, "no such user");
    return chat::Credentials{.user = *found, .password_hash = password_hashes_.at(found->id)};
  });
}

Task<std::vector<chat::User>> MemoryStore::list_users() {
  using Users = std::vector<chat::User>;
  co_return locked<Users>([&]() -> Result<Users> { return users_; });
}

Task<std::vector<chat::Relation>> MemoryStore::list_relations() {
  using Relations = std::vector<chat::Relation>;
  co_return locked<Relations>([&]() -> Result<Relations> {
    Relations relations;
    for (const auto& id : relation_order_) relations.push_back(conversations_.at(id).relation);
    return relations;
  });
}

Task<chat::Membership> MemoryStore::find_membership(chat::RelationId relation) {
  co_return locked<chat::Membership>([&]() -> Result<chat::Membership> {
    const auto found = conversations_.find(relation);
    if (found == conversations_.end()) return fail(StoreError::not_found, "no such relation");
    const chat::Relation& pair = found->second.relation;
    return chat::Membership{.relation = pair,
                            .doctor = *find_by(users_, pair.doctor, &chat::User::id),
                            .patient = *find_by(users_, pair.patient, &chat::User::id),
                            .newest = newest(found->second.messages)};
  });
}

Task<chat::WatchAnswer> MemoryStore::watch(chat::WatchRequest request) {
  co_return locked<chat::WatchAnswer>([&]() -> Result<chat::WatchAnswer> {
    chat::WatchAnswer answer;
    for (const auto& id : request.users) {
      if (const auto* user = find_by(users_, id, &chat::User::id)) answer.users.push_back(*user);
    }
    for (const auto& id : request.relations) {
      const auto found = conversations_.find(id);
      if (found != conversations_.end()) answer.relations.push_back(found->second.relation);
    }
    for (const auto& hash : request.token_hashes) {
      if (revoked_.contains(hash)) answer.revoked_tokens.push_back(hash);
    }
    return answer;
  });
}

Task<bool> MemoryStore::is_revoked(std::string token_hash) {
  co_return locked<bool>([&]() -> Result<bool> { return revoked_.contains(token_hash); });
}

Task<> MemoryStore::revoke_token(std::string token_hash, WallTime expires_at) {
  co_return locked<void>([&]() -> Result<> {
    const WallTime now = now_();
    std::erase_if(revoked_, [now](const auto& entry) { return entry.second < now; });
    WallTime& until = revoked_[token_hash];
    until = std::max(until, expires_at);
    return {};
  });
}

Task<chat::User> MemoryStore::add_user(chat::NewUser user) {
  co_return locked<chat::User>([&]() -> Result<chat::User> {
    if (find_by(users_, user.email, &chat::User::email)) {
      return fail(StoreError::conflict, "the address is taken");
    }
    users_.push_back({.id = chat::UserId(chat::new_row_id()),
                      .email = std::move(user.email),
                      .name = std::move(user.name),
                      .role = user.role,
                      .active = true,
                      .created_at = now_()});
    password_hashes_[users_.back().id] = std::move(user.password_hash);
    return users_.back();
  });
}

Task<> MemoryStore::set_user_active(chat::UserId user, bool active) {
  co_return locked<void>([&]() -> Result<> {
    auto* found = find_by(users_, user, &chat::User::id);
    if (!found) return fail(StoreError::not_found, "no such user");
    found->active = active;
    return {};
  });
}

Task<chat::AddedRelation> MemoryStore::add_relation(chat::UserId doctor, chat::UserId patient) {
  co_return locked<chat::AddedRelation>([&]() -> Result<chat::AddedRelation> {
    const auto* first = find_by(users_, doctor, &chat::User::id);
    if (!first || first->role != chat::Role::doctor) {
      return fail(StoreError::no_doctor);
    }
    const auto* second = find_by(users_, patient, &chat::User::id);
    if (!second || second->role != chat::Role::patient) {
      return fail(StoreError::no_patient);
    }
    for (const auto& [id, conversation] : conversations_) {
      const chat::Relation& pair = conversation.relation;
      if (pair.doctor == doctor && pair.patient == patient) {
        return chat::AddedRelation{.relation = pair, .added = false};
      }
    }
    chat::Relation made{.id = chat::RelationId(chat::new_row_id()),
                        .doctor = doctor,
                        .patient = patient,
                        .created_at = now_()};
    conversations_[made.id].relation = made;
    relation_order_.push_back(made.id);
    return chat::AddedRelation{.relation = std::move(made), .added = true};
  });
}

Task<> MemoryStore::ping() {
  co_return locked<void>([]() -> Result<> { return {}; });
}

}  // namespace quickclinic::store
