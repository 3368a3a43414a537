#include "tests/conformance/eio_client_mode.hpp"

#include "base/clock.hpp"
#include "json/json.hpp"
#include "transport/http_query.hpp"
#include "transport/shard.hpp"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace quickclinic::conformance {
namespace {

using std::chrono::milliseconds;
using transport::HeaderList;
using transport::HttpRequest;

/// The session that wants the headers of the POST that is being taken. The answer to a POST, whose
/// headers a hook may see, follows on the same shard before anything else happens there.
thread_local engineio::Session* wants_headers = nullptr;

class Application final : public engineio::Application {
 public:
  explicit Application(engineio::Session& session) : session_(session) { say("hi"); }
  ~Application() override {
    if (wants_headers == &session_) wants_headers = nullptr;
  }

  void receive(std::string_view message, bool binary) override {
    if (binary) {
      session_.send(engineio::Frame::binary(message));
    } else if (message == "give binary") {
      session_.send(engineio::Frame::binary(std::string_view("\0\1\2\3\4", 5)));
    } else if (message == "give utf8") {
      say("пойду спать всем спокойной ночи");
    } else if (message == "sendHeaders") {
      wants_headers = &session_;
    } else {
      say(message);
    }
  }
  bool receive_oversized(std::string_view) override { return false; }
  void closed(engineio::CloseReason) override {}

 private:
  void say(std::string_view text) { session_.send(engineio::Frame::text("4" + std::string(text))); }

  engineio::Session& session_;
};

std::string headers_as_json(const HttpRequest& request) {
  json::Object headers;
  for (const transport::Header& header : request.headers) {
    std::string name(header.name);
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    headers[name] = json::String(header.value);
  }
  return json::to_text(headers);
}

void set_cookies(HeaderList& headers, const HttpRequest&) {
  for (const std::string& cookie :
       {std::string("1=1; Max-Age=86400"),
        std::string("2=2; Path=/; HttpOnly; Secure; SameSite=Strict"),
        std::string("3=3; Max-Age=0"), "4=4; Expires=" + transport::http_date(wall_now())}) {
    headers.emplace_back("Set-Cookie", cookie);
  }
}

void send_wanted_headers(HeaderList&, const HttpRequest& request) {
  if (request.method != "POST") return;
  if (engineio::Session* session = std::exchange(wants_headers, nullptr)) {
    session->send(engineio::Frame::text("4" + headers_as_json(request)));
  }
}

}  // namespace

transport::Options eio_client_options() {
  transport::Options options;
  transport::EngineOptions engine;
  engine.path = "/engine.io/";
  engine.engine.ping_interval = milliseconds(500);
  engine.engine.limits.payload_bytes_max = 100;
  engine.hooks.allow_request = [](const HttpRequest& request, const transport::PeerAddress&,
                                  const transport::Admittance& admittance) {
    const auto query = transport::Query::parse(request.query);
    if (query && query->find("deny")) return admittance.refuse();
    admittance.allow();
  };
  engine.hooks.initial_headers = set_cookies;
  engine.hooks.headers = send_wanted_headers;
  options.engines.push_back(
      {.options = std::move(engine),
       .application = [](transport::Shard&, engineio::Session& session,
                         const std::shared_ptr<const socketio::SessionInfo>&) {
         return std::make_unique<Application>(session);
       }});
  return options;
}

}  // namespace quickclinic::conformance
