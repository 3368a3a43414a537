#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "server/http/reply.hpp"
#include "server/metrics/chat_counters.hpp"
#include "server/tracing/tracer.hpp"
#include "transport/options.hpp"
#include "transport/shard.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::server {

/// One HTTP request on its way to its answer. Shared by the coroutine that answers it and whoever
/// may do so in its place; belongs to the shard that the request came to, though it may travel
/// through others. Going away without an answer does nothing: the connection is gone then, or the
/// server.
class Exchange {
 public:
  Exchange(transport::Visit visit, transport::Responder respond, transport::OriginVerdict verdict);

  const transport::HttpRequest& request() const noexcept { return visit_.request; }
  /// Of the connection, which may be a proxy's.
  const transport::PeerAddress& peer() const noexcept { return visit_.peer; }
  /// Where the request comes from, beyond the proxies that are trusted.
  const transport::PeerAddress& client() const noexcept { return visit_.client; }
  unsigned door() const noexcept { return visit_.door; }
  /// True when the client's side of the connection is encrypted, as far as we or a trusted proxy in
  /// front of us can tell.
  bool over_tls() const noexcept { return visit_.secure; }
  /// True when a page of an origin that may not use this server has sent it.
  bool from_foreign_page() const noexcept { return verdict_.refused; }
  /// The request's own id when it is a sane one, else a new one. In the answer and in the log.
  const std::string& id() const noexcept { return id_; }

  /// What stood in the path where the route has `{}`; decoded UTF-8 without NUL.
  const std::string& parameter(std::size_t index) const { return parameters_.at(index); }
  void set_parameters(std::vector<std::string> parameters) { parameters_ = std::move(parameters); }
  /// What the metrics call the path, which may hold ids; lives as long as the exchange.
  void set_route(std::string_view route) noexcept { route_ = route; }
  /// Where the answer is counted; outlives the exchange.
  void count_in(ChatCounters& counters) noexcept { counters_ = &counters; }
  /// Traces the request, below the span that its `traceparent` names. `tracer` outlives it.
  void trace_with(Tracer& tracer);
  /// Of what is done for the request; nothing when it is not traced.
  std::optional<TraceContext> trace() const;
  void set_log_level(log::Level level) noexcept { log_level_ = level; }

  /// Answers and writes the log line. On the shard's thread; what follows the first is ignored.
  void answer(Reply reply);
  /// The same for an answer that is no JSON: its headers are its own but for the request's id.
  void send(transport::HttpResponse response);
  /// Answers what `error` means to a client.
  void refuse(const Error& error);
  /// Answers 429, and when it may be tried again.
  void refuse_for(Duration wait);

 private:
  transport::Visit visit_;
  transport::Responder respond_;
  transport::OriginVerdict verdict_;
  std::string id_;
  std::vector<std::string> parameters_;
  std::string_view route_ = "none";
  ChatCounters* counters_ = nullptr;
  Tracer* tracer_ = nullptr;
  std::unique_ptr<Span> span_;
  log::Level log_level_ = log::Level::info;
  TimePoint began_ = Clock::now();
  bool answered_ = false;
};
using ExchangePtr = std::shared_ptr<Exchange>;

}  // namespace quickclinic::server
