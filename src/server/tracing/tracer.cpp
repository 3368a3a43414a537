#include "server/tracing/tracer.hpp"

#include "base/log.hpp"
#include "base/random.hpp"

#include <algorithm>
#include <bit>
#include <span>
#include <utility>

namespace quickclinic::server {
namespace {

template <std::size_t size>
void fill(std::array<std::uint8_t, size>& id) {
  do {
    random_bytes(std::as_writable_bytes(std::span(id)));
  } while (std::ranges::all_of(id, [](std::uint8_t byte) { return byte == 0; }));
}

// By the trace's id, so that everybody who decides by the same ratio decides alike.
bool within_ratio(const TraceContext& context, double ratio) {
  std::uint64_t number = 0;
  for (std::size_t i = 8; i < context.trace.size(); ++i) number = number << 8 | context.trace[i];
  return ratio >= 1 || static_cast<double>(number >> 11) * 0x1p-53 < ratio;
}

}  // namespace

Tracer::Tracer(Options options)
    : options_(std::move(options)), thread_([this](const std::stop_token& stop) { work(stop); }) {}

Tracer::~Tracer() = default;

std::unique_ptr<Span> Tracer::begin(std::string_view name, Span::Kind kind,
                                    const std::optional<TraceContext>& parent) {
  if (parent && !parent->sampled) return nullptr;
  TraceContext context;
  if (parent) {
    context = *parent;
  } else {
    fill(context.trace);
    if (!within_ratio(context, options_.ratio)) return nullptr;
  }
  context.sampled = true;
  fill(context.span);
  auto span = std::make_unique<Span>();
  span->name = name;
  span->kind = kind;
  span->context = context;
  if (parent) span->parent = parent->span;
  span->began = Span::now();
  return span;
}

void Tracer::end(std::unique_ptr<Span> span) {
  span->ended = Span::now();
  queue(std::move(*span));
}

void Tracer::child(const Span& parent, std::string_view name, Span::Time began, Span::Time ended,
                   bool failed) {
  Span span{.name = std::string(name),
            .context = parent.context,
            .parent = parent.context.span,
            .began = began,
            .ended = ended,
            .failed = failed,
            .values = {}};
  fill(span.context.span);
  queue(std::move(span));
}

void Tracer::queue(Span span) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= options_.waiting_max) {
    ++counts_.dropped;
    return;
  }
  waiting_.push_back(std::move(span));
  if (waiting_.size() == 1 || waiting_.size() == options_.batch_max) more_.notify_one();
}

Tracer::Counts Tracer::counts() {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void Tracer::work(const std::stop_token& stop) {
  while (true) {
    std::vector<Span> batch;
    {
      std::unique_lock lock(mutex_);
      more_.wait(lock, stop, [this] { return !waiting_.empty(); });
      more_.wait_for(lock, stop, options_.pause,
                     [this] { return waiting_.size() >= options_.batch_max; });
      if (waiting_.empty()) return;  // told to stop
      const auto taken = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), options_.batch_max));
      batch.assign(std::move_iterator(waiting_.begin()),
                   std::move_iterator(waiting_.begin() + taken));
      waiting_.erase(waiting_.begin(), waiting_.begin() + taken);
    }
    const bool last = stop.stop_requested();
    send(std::move(batch), last ? options_.farewell : options_.patience);
    if (last && failing_) return;
  }
}

void Tracer::send(std::vector<Span> batch, std::chrono::milliseconds patience) {
  const std::string body = otlp_body(batch, options_.service);
  const auto answer = client::ask(
      options_.collector,
      {.method = "POST", .headers = {{"Content-Type", "application/json"}}, .body = body},
      Clock::now() + patience);
  const bool taken = answer && answer->status / 100 == 2;
  {
    const std::lock_guard lock(mutex_);
    (taken ? counts_.sent : counts_.failed) += batch.size();
  }
  // Said once, and again when it is well.
  if (taken && failing_) log::info("traces are taken again");
  if (!taken && !failing_) {
    log::warn("traces are not taken", {{"error", answer ? "status " + std::to_string(answer->status)
                                                        : answer.error().context}});
  }
  failing_ = !taken;
}

}  // namespace quickclinic::server
