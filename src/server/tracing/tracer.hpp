#pragma once

#include "server/client/http_client.hpp"
#include "server/tracing/span.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace quickclinic::server {

/// Sends spans to an OpenTelemetry collector, from a thread of its own. Any thread may begin and
/// end spans. Owned by the program, which has none when traces are off: what may be traced then
/// looks at a null pointer, and that is all.
class Tracer {
 public:
  struct Options {
    client::HttpUrl collector;  ///< of `POST /v1/traces`
    std::string service = "quickclinic";
    double ratio = 1;  ///< of the traces that begin here; others follow their beginning
    /// Spans that wait; beyond, they are dropped and counted.
    std::size_t waiting_max = 4096;
    std::size_t batch_max = 512;
    std::chrono::milliseconds pause{1000};      ///< in which a batch gathers
    std::chrono::milliseconds patience{5'000};  ///< with the collector
    std::chrono::milliseconds farewell{2'000};  ///< the same at the end
  };
  explicit Tracer(Options options);
  /// Sends what waits, within `farewell`.
  ~Tracer();
  Tracer(const Tracer&) = delete;
  Tracer& operator=(const Tracer&) = delete;

  /// Begins a span below `parent`, or a trace. Null when it is not to be sent; then neither are
  /// those below it.
  std::unique_ptr<Span> begin(std::string_view name, Span::Kind kind,
                              const std::optional<TraceContext>& parent = std::nullopt);
  /// Ends it now.
  void end(std::unique_ptr<Span> span);
  /// A finished piece of `parent`'s work.
  void child(const Span& parent, std::string_view name, Span::Time began, Span::Time ended,
             bool failed = false);

  struct Counts {
    std::uint64_t sent = 0;
    std::uint64_t dropped = 0;  ///< too many waited
    std::uint64_t failed = 0;   ///< the collector did not take them
  };
  Counts counts();

 private:
  void queue(Span span);
  void work(const std::stop_token& stop);
  void send(std::vector<Span> batch, std::chrono::milliseconds patience);

  const Options options_;
  std::mutex mutex_;
  std::condition_variable_any more_;
  std::vector<Span> waiting_;
  Counts counts_;
  bool failing_ = false;  // of the thread alone
  std::jthread thread_;   // last: it uses the rest
};

}  // namespace quickclinic::server
