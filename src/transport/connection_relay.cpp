// What a connection does for a request that another node answers.
#include "transport/connection.hpp"
#include "transport/shard.hpp"

#include <sys/epoll.h>

#include <utility>

namespace quickclinic::transport {
namespace {

constexpr std::uint32_t all_input = EPOLLIN | EPOLLRDHUP;

}  // namespace

void Connection::uncount() noexcept {
  if (AddressCount* count = std::exchange(entrance_.counted, nullptr)) count->leave(entrance_.peer);
}

void Connection::begin_answer(const HttpResponse& head, std::size_t content_length) {
  if (state_ != State::answering) return;
  if (head.close) last_answer_ = true;
  HttpResponse response = head;
  response.close = last_answer_;
  outbox_.push(format_head(response, content_length));
  in_pieces_ = true;
  shard_->flush_later(*this);
}

void Connection::send_piece(std::string bytes) {
  if (state_ != State::tunnel && !in_pieces_) return;
  outbox_.push(std::move(bytes));
  if (!congested_) shard_->flush_later(*this);
}

void Connection::end_answer() {
  if (!std::exchange(in_pieces_, false)) return;
  answered();
}

void Connection::become_tunnel(std::string head, ConnectionUser& user) {
  outbox_.push(std::move(head));
  state_ = State::tunnel;
  user_ = &user;
  parser_.reset();
  timer_.cancel();
  shard_->flush_later(*this);
}

void Connection::pause_reading() { watch(watched_ & ~all_input); }

void Connection::resume_reading() { watch(watched_ | all_input); }

void Connection::end_tunnel() {
  if (state_ != State::tunnel) return;
  user_ = nullptr;
  resume_reading();  // to see the peer close
  say_goodbye();
  shard_->flush_later(*this);
}

}  // namespace quickclinic::transport
