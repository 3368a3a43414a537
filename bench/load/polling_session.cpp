#include "load/polling_session.hpp"

#include "load/failure.hpp"
#include "load/http_response.hpp"

namespace quickclinic::load {

namespace {

constexpr char separator =
    '\x1e';  // Engine.IO 4, "HTTP long-polling": between the packets of a payload

}  // namespace

void PollingSession::start() { get_.connect(target_.address); }

void PollingSession::connected(Stream& stream) {
  if (&stream == &get_) {
    get_.send(request_head("GET", "&transport=polling") + "\r\n");
  } else {
    post_connected_ = true;
    post();
  }
}

void PollingSession::opened(std::string_view session_id) {
  const std::string query = "&transport=polling&sid=" + std::string(session_id);
  get_request_ = request_head("GET", query) + "\r\n";
  post_head_ =
      request_head("POST", query) + "Content-Type: text/plain;charset=UTF-8\r\nContent-Length: ";
}

void PollingSession::send(const Outgoing& outgoing) { send_message(outgoing.message); }

void PollingSession::send_message(std::string_view packet) {
  if (!unposted_.empty()) {
    unposted_.push_back(separator);
  }
  unposted_ += packet;
  post();
}

void PollingSession::post() {
  if (posting_ || reading_ || unposted_.empty()) {
    return;
  }
  if (!post_.open()) {
    post_.connect(target_.address);
  }
  if (!post_connected_) {
    return;
  }
  posting_ = true;
  std::string request = post_head_ + std::to_string(unposted_.size());
  request.append("\r\n\r\n").append(unposted_);
  unposted_.clear();
  post_.send(request);
}

void PollingSession::leave() {
  leaving_ = true;
  send_message("1");
}

std::size_t PollingSession::received(Stream& stream, std::string_view bytes) {
  const ResponseScan response = scan_response(bytes);
  if (response.state == ResponseScan::State::partial) {
    return 0;
  }
  if (response.state == ResponseScan::State::bad || response.status != 200) {
    if (leaving_) {  // the GET that waited may be refused when the session has ended
      ended(stream);
      return 0;
    }
    throw Failure("the server answered a polling request with status " +
                  std::to_string(response.status));
  }
  if (&stream == &post_) {
    posting_ = false;
    if (leaving_ && unposted_.empty()) {
      ended(stream);
      return 0;
    }
    post();
    return response.size;
  }
  reading_ = true;
  take_payload(response.body);
  reading_ = false;
  if (get_.open()) {  // else the payload has ended the session
    if (!leaving_) {
      get_.send(get_request_);
    }
    post();
  }
  return response.size;
}

void PollingSession::take_payload(std::string_view payload) {
  while (get_.open()) {
    const std::size_t end = payload.find(separator);
    take(payload.substr(0, end));
    if (end == std::string_view::npos) {
      return;
    }
    payload.remove_prefix(end + 1);
  }
}

void PollingSession::ended(Stream& stream) {
  if (&stream == &post_ && !posting_ && !leaving_) {
    // A server keeps an unused connection for seconds only; the next POST makes another.
    post_.close();
    post_connected_ = false;
    return;
  }
  get_.close();
  post_.close();
  end("the server closed a connection");
}

}  // namespace quickclinic::load
