#include "transport/passed_request.hpp"

#include "transport/engine_endpoint.hpp"
#include "transport/http_answer_head.hpp"
#include "transport/relay.hpp"
#include "transport/shard.hpp"

#include <algorithm>
#include <utility>

namespace quickclinic::transport {
namespace {

using engineio::Intent;

constexpr std::size_t head_bytes_max = std::size_t{16} * 1024;
constexpr std::string_view head_end = "\r\n\r\n";

constexpr std::string_view sticky =
    "Session ID unknown here: it is another instance's, which its requests have to reach by "
    "sticky sessions";

HttpResponse in_json(unsigned status, std::string_view words) {
  return {.status = status,
          .headers = {{"Content-Type", "application/json"}, {"Retry-After", "1"}},
          .body = R"({"error":")" + std::string(words) + "\"}"};
}

HttpResponse answer_for(PassedOn result, const OriginVerdict& verdict) {
  if (result == PassedOn::gone || result == PassedOn::no_address) {
    constexpr auto unknown = engineio::EngineError::unknown_session;
    HttpResponse response = EngineEndpoint::refusal(unknown, verdict);
    if (result == PassedOn::no_address) response.body = engineio::refusal_body(unknown, sticky);
    return response;
  }
  HttpResponse response =
      result == PassedOn::failed
          ? in_json(502, "The session's instance broke off")
          : in_json(503, result == PassedOn::timed_out ? "The session's instance does not answer"
                                                       : "Too many requests for other instances");
  add_cors(response, verdict);
  return response;
}

}  // namespace

PassedRequest::PassedRequest(Relay& relay, Connection& client, Purpose purpose)
    : relay_(relay),
      client_(&client),
      purpose_(std::move(purpose)),
      timer_(
          [](void* self, TimePoint now) {
            auto* const passed = static_cast<PassedRequest*>(self);
            passed->relay_.shard().shield("passed request", [&] { passed->look(now); });
          },
          this) {}

PassedRequest::~PassedRequest() = default;

void PassedRequest::refuse(Shard& shard, Connection& client, const Purpose& purpose,
                           PassedOn result) {
  ++shard.counters().passed_on[result];
  if (result == PassedOn::gone || result == PassedOn::no_address) {
    ++shard.counters().handshakes_refused[engineio::EngineError::unknown_session];
  }
  HttpResponse response = answer_for(result, purpose.verdict);
  response.close = purpose.kind == Intent::Kind::upgrade;
  client.respond(response);
}

void PassedRequest::begin(std::unique_ptr<NodeLine> line, std::string head, std::string body) {
  line_ = std::move(line);
  line_->set_user(this);
  client_->set_user(this);
  body_bytes_ = body.size();
  wait(line_->connected() ? patience() : relay_.limits().connect);
  line_->send(std::move(head));
  // The line may have been lost by that, and this with it.
  if (phase_ == Phase::asking && !body.empty()) line_->send(std::move(body));
}

// -- the answer
// -------------------------------------------------------------------------------------------------

void PassedRequest::line_connected() { wait(patience()); }

bool PassedRequest::takes_input() { return client_ != nullptr && !client_->congested(); }

void PassedRequest::line_input(std::span<const char> bytes) {
  switch (phase_) {
    case Phase::asking:
      take_head(bytes);
      break;
    case Phase::answering:
      take_body(bytes);
      break;
    case Phase::tunnel:
      client_->send_piece(std::string(bytes.data(), bytes.size()));
      break;
    case Phase::over:
      break;
  }
}

void PassedRequest::take_head(std::span<const char> bytes) {
  body_has_gone();
  const std::size_t looked_at = head_.size() < head_end.size() ? 0 : head_.size() - head_end.size();
  head_.append(bytes.data(), bytes.size());
  const std::size_t end = head_.find(head_end, looked_at);
  if (end == std::string::npos) {
    if (head_.size() > head_bytes_max) fail(PassedOn::failed);
    return;
  }
  const std::size_t size = end + head_end.size();
  const auto head = read_answer_head(std::string_view(head_).substr(0, size));
  const bool upgrades = head && head->response.status == 101;
  if (!head || (upgrades && purpose_.kind != Intent::Kind::upgrade)) {
    fail(PassedOn::failed);
    return;
  }
  std::string rest = head_.substr(size);
  head_.resize(size);
  if (upgrades) {
    phase_ = Phase::tunnel;
    timer_.cancel();
    ++relay_.shard().counters().passed_on[PassedOn::upgraded];
    relay_.upgraded();
    client_->become_tunnel(std::exchange(head_, {}), *this);
    if (!rest.empty()) client_->send_piece(std::move(rest));
    return;
  }
  phase_ = Phase::answering;
  head_ = {};
  keep_alive_ = head->keep_alive;
  body_left_ = head->content_length;
  HttpResponse response = head->response;
  response.close = purpose_.kind == Intent::Kind::upgrade;
  client_->begin_answer(response, body_left_);
  take_body(rest);
}

void PassedRequest::take_body(std::span<const char> bytes) {
  if (bytes.size() > body_left_) {  // nobody asked for more
    fail(PassedOn::failed);
    return;
  }
  body_left_ -= bytes.size();
  if (!bytes.empty()) client_->send_piece(std::string(bytes.data(), bytes.size()));
  if (body_left_ > 0) {
    wait(relay_.limits().answer);
    return;
  }
  ++relay_.shard().counters().passed_on[PassedOn::answered];
  std::exchange(client_, nullptr)->end_answer();
  if (keep_alive_ && !line_->congested()) relay_.keep(purpose_.sid, std::move(line_));
  end();
}

void PassedRequest::line_drained() {
  body_has_gone();
  if (client_ != nullptr && phase_ == Phase::tunnel) client_->resume_reading();
}

void PassedRequest::line_lost() {
  if (phase_ == Phase::tunnel) {
    std::exchange(client_, nullptr)->end_tunnel();
    end();
    return;
  }
  // Where nobody takes connections any more, the session has gone with the process.
  fail(line_->connected() ? PassedOn::failed : PassedOn::gone);
}

// -- the client
// -------------------------------------------------------------------------------------------------

void PassedRequest::tunnel_input(Connection& connection, std::span<const char> bytes) {
  if (phase_ != Phase::tunnel) return;
  line_->send(std::string(bytes.data(), bytes.size()));
  // The line may have been lost by that, and this with it.
  if (phase_ == Phase::tunnel && line_->congested()) connection.pause_reading();
}

void PassedRequest::connection_drained(Connection&) {
  if (line_ != nullptr) line_->resume();
}

void PassedRequest::connection_lost(Connection&) {
  client_ = nullptr;
  if (phase_ == Phase::asking || phase_ == Phase::answering) {
    ++relay_.shard().counters().passed_on[PassedOn::client_left];
  }
  end();
}

// -- time and the end
// -------------------------------------------------------------------------------------------------

void PassedRequest::wait(std::chrono::milliseconds limit) {
  const TimePoint now = relay_.shard().now();
  deadline_ = now + limit;
  relay_.shard().timers().arm(timer_, std::min(deadline_, now + relay_.limits().look));
}

std::chrono::milliseconds PassedRequest::patience() const noexcept {
  const bool poll = purpose_.kind == Intent::Kind::poll;
  return relay_.limits().answer + (poll ? purpose_.heartbeat : std::chrono::milliseconds::zero());
}

void PassedRequest::look(TimePoint now) {
  if (phase_ != Phase::asking && phase_ != Phase::answering) return;
  const bool reading_slowly = phase_ == Phase::answering && client_->congested();
  if (reading_slowly) {  // which the connection has a time for
    wait(relay_.limits().answer);
  } else if (now >= deadline_ || !relay_.knows(node())) {
    fail(PassedOn::timed_out);
  } else {
    relay_.shard().timers().arm(timer_, std::min(deadline_, now + relay_.limits().look));
  }
}

void PassedRequest::fail(PassedOn result) {
  Connection* const client = std::exchange(client_, nullptr);
  if (phase_ == Phase::asking) {
    refuse(relay_.shard(), *client, purpose_, result);
  } else {
    ++relay_.shard().counters().passed_on[result];
    client->abort();  // a part of the answer has gone
  }
  end();
}

void PassedRequest::body_has_gone() noexcept {
  relay_.body_has_gone(std::exchange(body_bytes_, 0));
}

void PassedRequest::end() {
  if (phase_ == Phase::over) return;
  const bool was_tunnel = phase_ == Phase::tunnel;
  phase_ = Phase::over;
  timer_.cancel();
  body_has_gone();
  relay_.discard(std::move(line_));
  relay_.finished(*this, was_tunnel);
}

}  // namespace quickclinic::transport
