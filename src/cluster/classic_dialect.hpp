#pragma once

#include "cluster/dialect.hpp"

#include <string>
#include <string_view>

namespace quickclinic::cluster {

struct ClassicOptions {
  std::string key = "socket.io";  ///< in front of every channel
  /// Answer on the channel of the one who asked, which is less to hear for all others. Every node
  /// understands both.
  bool answer_apart = false;
};

/// The dialect of `createAdapter` (`@socket.io/redis-adapter`) and `@socket.io/redis-emitter`, on
/// the channels of PUBLISH.
///
/// | channel | carries |
/// |---|---|
/// | `key#nsp#` | broadcasts to no room, or to several |
/// | `key#nsp#room#` | broadcasts to exactly that one |
/// | `key-request#nsp#` | requests; who listens to it is a node |
/// | `key-response#nsp#`, `key-response#nsp#id#` | answers |
///
/// Broadcasts, questions and what clients answer to them are MessagePack, all else is JSON.
class ClassicDialect final : public Dialect {
 public:
  explicit ClassicDialect(ClassicOptions options = {});
  /// With an id of the caller's choice, for tests.
  ClassicDialect(ClassicOptions options, std::string id);

  const std::string& id() const noexcept override { return id_; }
  std::string new_request() const override;
  std::vector<Subscription> subscriptions(std::string_view nsp) const override;
  std::optional<Subscription> room_subscription(std::string_view, std::string_view) const override {
    return std::nullopt;  // the pattern has them all
  }
  Subscription roll(std::string_view nsp) const override;
  std::optional<std::string_view> room_of(std::string_view nsp,
                                          std::string_view channel) const override;
  Outgoing write(Message message) const override;
  Result<Message> read(std::string_view nsp, Topic topic, std::string_view bytes) const override;

 private:
  std::string broadcast_channel(const Message& message) const;
  std::string answer_channel(const Message& message) const;

  ClassicOptions options_;
  std::string id_;
};

}  // namespace quickclinic::cluster
