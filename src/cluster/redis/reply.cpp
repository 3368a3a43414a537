#include "cluster/redis/reply.hpp"

#include <hiredis/read.h>
#include <utility>

namespace quickclinic::redis {
namespace {

constexpr std::size_t unused_buffer_max = 64UL << 10U;

// The place of the next reply: in the list that is being read, or on its own. Nothing when there
// are too many. Adding to a list moves only items that are complete.
Reply* place(const redisReadTask* task) {
  std::size_t& items_left = *static_cast<std::size_t*>(task->privdata);
  if (items_left == 0) return nullptr;
  --items_left;
  if (task->parent == nullptr) return new Reply;
  return &static_cast<Reply*>(task->parent->obj)->items.emplace_back();
}

// No exception may pass through hiredis, which takes a null pointer for a want of memory.
template <class Fill>
void* made(const redisReadTask* task, Fill fill) noexcept {
  try {
    Reply* reply = place(task);
    if (reply != nullptr) fill(*reply);
    return reply;
  } catch (...) {
    return nullptr;
  }
}

void* make_text(const redisReadTask* task, char* text, std::size_t size) {
  return made(task, [&](Reply& reply) {
    reply.kind = task->type == REDIS_REPLY_ERROR ? Reply::Kind::error : Reply::Kind::text;
    reply.text.assign(text, size);
  });
}

void* make_list(const redisReadTask* task, int) {
  return made(task, [](Reply& reply) { reply.kind = Reply::Kind::list; });
}

void* make_integer(const redisReadTask* task, long long number) {
  return made(task, [&](Reply& reply) {
    reply.kind = Reply::Kind::integer;
    reply.number = number;
  });
}

void* make_nothing(const redisReadTask* task) {
  return made(task, [](Reply&) {});
}

void free_reply(void* reply) { delete static_cast<Reply*>(reply); }

redisReplyObjectFunctions functions{.createString = make_text,
                                    .createArray = make_list,
                                    .createInteger = make_integer,
                                    .createNil = make_nothing,
                                    .freeObject = free_reply};

}  // namespace

void ReplyReader::Free::operator()(redisReader* reader) const noexcept { redisReaderFree(reader); }

ReplyReader::ReplyReader(Limits limits)
    : limits_(limits),
      items_left_(limits.items_max),
      reader_(redisReaderCreateWithFunctions(&functions)) {
  if (reader_ == nullptr) throw std::bad_alloc();
  reader_->maxbuf = unused_buffer_max;
  reader_->privdata = &items_left_;
}

ReplyReader::~ReplyReader() = default;

Result<> ReplyReader::feed(std::string_view bytes) {
  const std::size_t unread = reader_->len - reader_->pos;
  if (unread + bytes.size() > limits_.bytes_max) {
    return fail(Condition::too_large, "Redis sent a reply that is too large");
  }
  if (redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != 0) {
    return fail(Condition::unavailable, "Redis sent what is no reply");
  }
  return {};
}

Result<std::optional<Reply>> ReplyReader::next() {
  void* found = nullptr;
  if (redisReaderGetReply(reader_.get(), &found) != 0) {
    return fail(Condition::unavailable, "Redis sent what is no reply");
  }
  if (found == nullptr) return std::nullopt;
  const std::unique_ptr<Reply> reply(static_cast<Reply*>(found));
  items_left_ = limits_.items_max;
  return std::move(*reply);
}

}  // namespace quickclinic::redis
