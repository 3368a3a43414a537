#include "load/dialogue.hpp"

#include "load/acknowledgement.hpp"
#include "load/failure.hpp"
#include "load/people.hpp"

#include <vector>

namespace quickclinic::load {

namespace {

constexpr std::size_t shown_bytes_max = 200;

std::string text_of(const Options& options) {
  std::string text = "hello";
  text.resize(options.text_bytes, 'o');
  return text;
}

std::string small_object(const Options& options) {
  return R"({"id":1,"text":")" + text_of(options) + R"("})";
}

[[noreturn]] void unexpected(std::string_view packet) {
  throw Failure("the server answered what was not expected: " +
                std::string(packet.substr(0, shown_bytes_max)));
}

class Echo final : public Dialogue {
 public:
  explicit Echo(const Options& options)
      : options_(options),
        packet_(R"(2["echo",)" + small_object(options) + "]"),
        request_(packet_) {}

  Session::Identity identify(std::size_t number) const override {
    return plain_identity(options_, number);
  }
  const Outgoing& request(std::size_t, std::size_t) override { return request_; }
  std::optional<std::size_t> answered(std::string_view packet, std::size_t oldest) const override {
    if (packet != packet_) {
      unexpected(packet);
    }
    return oldest;
  }

 private:
  const Options& options_;
  std::string packet_;
  Outgoing request_;
};

class Ack final : public Dialogue {
 public:
  Ack(const Options& options, std::size_t slots)
      : options_(options), arguments_("[" + small_object(options) + "]") {
    for (std::size_t slot = 0; slot < slots; ++slot) {
      requests_.emplace_back("2" + std::to_string(slot) + R"(["ack",)" + small_object(options) +
                             "]");
    }
  }

  Session::Identity identify(std::size_t number) const override {
    return plain_identity(options_, number);
  }
  const Outgoing& request(std::size_t, std::size_t slot) override { return requests_[slot]; }
  std::optional<std::size_t> answered(std::string_view packet, std::size_t) const override {
    const auto acknowledgement = read_acknowledgement(packet);
    if (!acknowledgement || acknowledgement->arguments != arguments_) {
      unexpected(packet);
    }
    return acknowledgement->id;
  }

 private:
  const Options& options_;
  std::string arguments_;
  std::vector<Outgoing> requests_;
};

/// Real conversations: each request is a message that the server stores before it acknowledges it.
class Chat final : public Dialogue {
 public:
  explicit Chat(const Options& options)
      : text_(text_of(options)), run_(unique_prefix()), people_(read_people(options.identities)) {}

  Session::Identity identify(std::size_t number) const override {
    return {.number = number, .query = {}, .auth = people_[number % people_.size()]};
  }

  const Outgoing& request(std::size_t session, std::size_t slot) override {
    const std::string client_id =
        run_ + "-" + std::to_string(session) + "-" + std::to_string(++sent_);
    request_ = Outgoing("2" + std::to_string(slot) + R"(["send_message",{"text":")" + text_ +
                        R"(","clientMessageId":")" + client_id + R"("}])");
    return request_;
  }

  std::optional<std::size_t> answered(std::string_view packet, std::size_t) const override {
    const auto acknowledgement = read_acknowledgement(packet);
    if (!acknowledgement) {
      return std::nullopt;  // what the room sees: `connected`, `new_message`
    }
    if (!acknowledgement->ok()) {
      unexpected(packet);
    }
    return acknowledgement->id;
  }

 private:
  std::string text_;
  std::string run_;
  std::vector<std::string> people_;
  std::uint64_t sent_ = 0;
  Outgoing request_{""};
};

/// The newest page of a conversation, over and over.
class History final : public Dialogue {
 public:
  History(const Options& options, std::size_t slots) : people_(read_people(options.identities)) {
    for (std::size_t slot = 0; slot < slots; ++slot) {
      requests_.emplace_back("2" + std::to_string(slot) +
                             R"(["get_initial_messages",{"page":1,"limit":20}])");
    }
  }

  Session::Identity identify(std::size_t number) const override {
    return {.number = number, .query = {}, .auth = people_[number % people_.size()]};
  }
  const Outgoing& request(std::size_t, std::size_t slot) override { return requests_[slot]; }
  std::optional<std::size_t> answered(std::string_view packet, std::size_t) const override {
    const auto acknowledgement = read_acknowledgement(packet);
    if (!acknowledgement) {
      return std::nullopt;  // `connected`, and the page itself
    }
    if (!acknowledgement->ok()) {
      unexpected(packet);
    }
    return acknowledgement->id;
  }

 private:
  std::vector<std::string> people_;
  std::vector<Outgoing> requests_;
};

}  // namespace

std::unique_ptr<Dialogue> make_dialogue(const Options& options, std::size_t slots) {
  switch (options.scenario) {
    case Scenario::ack:
      return std::make_unique<Ack>(options, slots);
    case Scenario::chat:
      return std::make_unique<Chat>(options);
    case Scenario::history:
      return std::make_unique<History>(options, slots);
    default:
      return std::make_unique<Echo>(options);
  }
}

}  // namespace quickclinic::load
