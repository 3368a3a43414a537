#pragma once

#include "load/session.hpp"
#include "load/stream.hpp"

namespace quickclinic::load {

/// A session over HTTP long-polling, as a browser does it: one connection kept alive for the GET
/// that waits, one for the POSTs. What is sent while a POST is under way goes together in the next.
class PollingSession final : public Session, private Stream::Owner {
 public:
  PollingSession(Loop& loop, const Target& target, Identity identity, Events& events)
      : Session(target, std::move(identity), events), get_(loop, *this), post_(loop, *this) {}

  void start() override;
  void send(const Outgoing& outgoing) override;
  void leave() override;

 private:
  void connected(Stream& stream) override;
  std::size_t received(Stream& stream, std::string_view bytes) override;
  void ended(Stream& stream) override;
  void send_message(std::string_view packet) override;
  void opened(std::string_view session_id) override;

  void take_payload(std::string_view payload);
  void post();

  Stream get_;
  Stream post_;
  bool post_connected_ = false;
  bool posting_ = false;
  bool reading_ = false;  // a payload is being taken: its answers go in one POST
  std::string get_request_;
  std::string post_head_;
  std::string unposted_;
};

}  // namespace quickclinic::load
