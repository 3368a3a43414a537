#include "transport/node_line.hpp"

#include "transport/relay.hpp"
#include "transport/shard.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <netdb.h>
#include <string>
#include <utility>

namespace quickclinic::transport {
namespace {

constexpr std::uint32_t all_input = EPOLLIN | EPOLLRDHUP;

// Without a descriptor when that fails at once.
FileDescriptor begin_connecting(const NodeAddress& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(address.port);
  if (::getaddrinfo(address.host.c_str(), port.c_str(), &hints, &found) != 0) return {};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, ::freeaddrinfo);
  FileDescriptor socket(::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return {};
  const int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const bool begun =
      ::connect(socket.get(), found->ai_addr, found->ai_addrlen) == 0 || errno == EINPROGRESS;
  return begun ? std::move(socket) : FileDescriptor();
}

}  // namespace

std::unique_ptr<NodeLine> NodeLine::open(Shard& shard, const NodeAddress& address) {
  FileDescriptor socket = begin_connecting(address);
  if (!socket) return nullptr;
  std::unique_ptr<NodeLine> line(new NodeLine(shard, std::move(socket)));
  if (shard.poller().add(line->stream_.fd(), *line, line->watched_)) return line;
  line->lost_ = true;
  return nullptr;
}

NodeLine::NodeLine(Shard& shard, FileDescriptor socket)
    : shard_(shard),
      stream_(std::move(socket)),
      watched_(EPOLLOUT),
      timer_([](void* self, TimePoint) { static_cast<NodeLine*>(self)->lose(); }, this) {}

NodeLine::~NodeLine() {
  if (!lost_) shard_.poller().remove(stream_.fd(), *this);
}

void NodeLine::lose_at(TimePoint when) { shard_.timers().arm(timer_, when); }

void NodeLine::on_ready(std::uint32_t events) {
  if (lost_) return;
  shard_.batch_begins();
  if (!connected_) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(stream_.fd(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
      lose();
      return;
    }
    connected_ = true;
    watch(all_input);
    if (user_ != nullptr) user_->line_connected();
    write();
    return;
  }
  if ((events & (EPOLLERR | EPOLLHUP)) != 0 && (events & EPOLLIN) == 0) {
    lose();
    return;
  }
  if ((events & EPOLLOUT) != 0) write();
  if (!lost_ && (events & all_input) != 0) read();
}

void NodeLine::read() {
  if (user_ != nullptr && !user_->takes_input()) {
    watch(watched_ & ~all_input);
    return;
  }
  const std::span<char> buffer = shard_.read_buffer();
  const IoResult result = stream_.read(buffer);
  if (result.status == IoStatus::would_block) return;
  if (result.status != IoStatus::ok || user_ == nullptr) {
    lose();
    return;
  }
  user_->line_input(buffer.first(result.bytes));
}

void NodeLine::send(std::string bytes) {
  outbox_.push(std::move(bytes));
  if (connected_ && !congested_ && !lost_) write();
}

void NodeLine::write() {
  const bool had_to_wait = congested_;
  const IoStatus status = outbox_.write(stream_);
  if (status == IoStatus::would_block) {
    congested_ = true;
    watch(watched_ | EPOLLOUT);
    return;
  }
  if (status != IoStatus::ok) {
    lose();
    return;
  }
  congested_ = false;
  watch(watched_ & ~std::uint32_t{EPOLLOUT});
  if (had_to_wait && user_ != nullptr) user_->line_drained();
}

void NodeLine::resume() {
  if (connected_ && !lost_) watch(watched_ | all_input);
}

void NodeLine::watch(std::uint32_t events) {
  if (lost_ || events == watched_) return;
  watched_ = events;
  if (!shard_.poller().modify(stream_.fd(), *this, events)) lose();
}

void NodeLine::lose() noexcept {
  if (std::exchange(lost_, true)) return;
  timer_.cancel();
  shard_.poller().remove(stream_.fd(), *this);
  NodeLineUser* const user = std::exchange(user_, nullptr);
  shard_.shield("line to another node", [&] {
    if (user != nullptr) {
      user->line_lost();
    } else if (Relay* relay = shard_.relay()) {
      relay->forget(*this);
    }
  });
}

}  // namespace quickclinic::transport
