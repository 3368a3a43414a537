#include "load/crowd.hpp"
#include "load/failure.hpp"
#include "load/scenarios.hpp"

#include <vector>

namespace quickclinic::load {

namespace {

constexpr auto drain_limit = std::chrono::seconds(10);

class Rooms final : private Crowd::Listener {
 public:
  explicit Rooms(Stage& stage)
      : stage_(stage),
        size_(stage.options().room_size),
        window_(stage.options().window),
        packet_(R"(2["room",{"id":1,"text":")" + std::string(stage.options().text_bytes, 'o') +
                R"("}])"),
        broadcast_(packet_),
        rooms_(stage.options().connections / size_),
        received_(stage.options().connections),
        crowd_(stage, *this, [this](std::size_t number) { return identify(number); }) {}

  void run() {
    running_ = true;
    for (std::size_t room = 0; room < rooms_.size(); ++room) {
      rooms_[room].resize(window_);
      for (std::size_t slot = 0; slot < window_; ++slot) {
        broadcast(room, slot);
      }
    }
    stage_.run_for(stage_.options().warm_up);
    stage_.begin();
    stage_.run_for(stage_.options().measured);
    stage_.end();
    running_ = false;
    if (!stage_.run_until([this] { return under_way_ == 0; }, drain_limit)) {
      throw Failure(std::to_string(under_way_) + " broadcasts did not reach every member");
    }
  }

 private:
  /// A broadcast under way. Every member receives in the order of sending, so that a count finds
  /// the slot.
  struct Broadcast {
    TimePoint sent;
    std::size_t members_missing = 0;
  };

  Session::Identity identify(std::size_t number) const {
    auto identity = plain_identity(stage_.options(), number);
    identity.query = "&room=r" + std::to_string(number / size_);
    return identity;
  }

  void broadcast(std::size_t room, std::size_t slot) {
    rooms_[room][slot] = {.sent = Clock::now(), .members_missing = size_};
    ++under_way_;
    crowd_[room * size_].send(broadcast_);
  }

  void received(Session& session, std::string_view packet) override {
    const std::size_t room = session.number() / size_;
    const std::size_t slot = received_[session.number()]++ % window_;
    Broadcast& broadcast = rooms_[room][slot];
    if (packet != packet_ || broadcast.members_missing == 0) {
      throw Failure("a member of a room received what nobody sent");
    }
    stage_.answered(broadcast.sent);
    if (--broadcast.members_missing > 0) {
      return;
    }
    --under_way_;
    if (running_) {
      this->broadcast(room, slot);
    }
  }

  Stage& stage_;
  const std::size_t size_;
  const std::size_t window_;
  const std::string packet_;
  const Outgoing broadcast_;
  std::vector<std::vector<Broadcast>> rooms_;
  std::vector<std::size_t> received_;
  Crowd crowd_;
  bool running_ = false;
  std::size_t under_way_ = 0;
};

}  // namespace

void run_rooms(Stage& stage, JsonLine& line) {
  Rooms(stage).run();
  stage.describe(line);
  line.add("room_size", std::uint64_t{stage.options().room_size});
}

}  // namespace quickclinic::load
