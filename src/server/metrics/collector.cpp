#include "server/metrics/collector.hpp"

#include "base/task.hpp"
#include "chat/database.hpp"
#include "server/services.hpp"
#include "server/tracing/tracer.hpp"
#include "transport/shard.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <utility>

namespace quickclinic::server {
namespace {

std::shared_ptr<const ShardReading> read(Services& services, transport::Shard& shard,
                                         TimePoint asked_at) {
  auto reading = std::make_shared<ShardReading>();
  reading->delay_seconds = std::chrono::duration<double>(Clock::now() - asked_at).count();
  reading->cpu_seconds = thread_cpu_seconds();
  reading->connections = shard.connection_count();
  reading->passed_on = shard.passed_on_count();
  reading->transport = shard.counters();
  reading->socketio = shard.io().counters();
  reading->chat = *services.counters[shard.index()];
  if (services.database != nullptr)
    services.database->measure_loop(shard.executor(), reading->store);
  return reading;
}

}  // namespace

/// One scrape: what has been answered so far. Belongs to the asker's thread; the shards hand their
/// answers to it. Owners: its timer, and the questions that are still open.
class Collector::Round : public std::enable_shared_from_this<Round> {
 public:
  Round(Collector& collector, Services& services, asio::any_io_executor executor, Done done)
      : collector_(collector),
        services_(services),
        executor_(std::move(executor)),
        timer_(executor_),
        done_(std::move(done)) {}

  void begin(transport::Shard& any) {
    const auto self = shared_from_this();
    const TimePoint now = Clock::now();
    readings_.shards.resize(any.count());
    left_ = any.count() + 1;
    timer_.expires_after(patience);
    timer_.async_wait([self](const boost::system::error_code& error) {
      if (!error) self->end();
    });
    for (unsigned i = 0; i < any.count(); ++i) {
      transport::Shard& shard = any.sibling(i);
      Readings::Shard& place = readings_.shards[i];
      const auto depth = shard.mailbox_depth();  // before our own question waits there, too
      place.mailbox_waiting = depth.waiting;
      place.mailbox_dropped = depth.dropped;
      place.failures = shard.failure_count();
      shard.post([self, &shard, now] {
        if (shard.index() == 0) spawn(shard.executor(), ask_database(self, now), "metrics");
        self->answer([self, index = shard.index(), reading = read(self->services_, shard, now)] {
          self->collector_.keep(index, reading);
          self->readings_.shards[index].answered = true;
        });
      });
    }
  }

 private:
  static Task<> ask_database(std::shared_ptr<Round> round, TimePoint asked_at) {
    const Result<> answer = co_await round->services_.directory.ping();
    const double took = std::chrono::duration<double>(Clock::now() - asked_at).count();
    round->answer([round, up = answer.has_value(), took] {
      round->readings_.database_up = up;
      if (up) round->readings_.database_seconds = took;
    });
    co_return Result<>();
  }

  // From any thread: `note` runs on the asker's.
  template <class Note>
  void answer(Note note) {
    asio::post(executor_, [self = shared_from_this(), note = std::move(note)] {
      if (self->ended_) return;
      note();
      if (--self->left_ == 0) self->end();
    });
  }

  void end() {
    ended_ = true;
    timer_.cancel();
    {
      const std::lock_guard lock(collector_.mutex_);
      for (std::size_t i = 0; i < collector_.last_.size(); ++i)
        readings_.shards[i].last = collector_.last_[i];
    }
    if (services_.database != nullptr) services_.database->measure_threads(readings_.store_threads);
    services_.audit.measure(readings_.store_threads);
    readings_.sends_under_way = services_.sends_under_way;
    readings_.logins_waiting = services_.passwords.waiting();
    readings_.failed_tasks = failed_tasks();
    readings_.draining = services_.draining;
    if (services_.others != nullptr) {
      const cluster::Counters& counted = *services_.others;
      readings_.cluster = {.connected = counted.connected,
                           .sent = counted.sent,
                           .received = counted.received,
                           .malformed = counted.malformed,
                           .refused = counted.refused,
                           .unanswered = counted.unanswered};
    }
    if (services_.tracer != nullptr) {
      const Tracer::Counts spans = services_.tracer->counts();
      readings_.traces = {.sent = spans.sent, .dropped = spans.dropped, .failed = spans.failed};
    }
    readings_.process = read_process();
    done_(readings_);
  }

  Collector& collector_;
  Services& services_;
  asio::any_io_executor executor_;
  asio::steady_timer timer_;
  Done done_;
  Readings readings_;
  unsigned left_ = 0;
  bool ended_ = false;
};

void Collector::collect(Services& services, transport::Shard& any, asio::any_io_executor executor,
                        Done done) {
  std::make_shared<Round>(*this, services, std::move(executor), std::move(done))->begin(any);
}

void Collector::keep(unsigned shard, std::shared_ptr<const ShardReading> reading) {
  const std::lock_guard lock(mutex_);
  if (last_.size() <= shard) last_.resize(shard + 1);
  last_[shard] = std::move(reading);
}

}  // namespace quickclinic::server
