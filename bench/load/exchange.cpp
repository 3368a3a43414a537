#include "load/dialogue.hpp"
#include "load/failure.hpp"
#include "load/scenarios.hpp"

#include <vector>

namespace quickclinic::load {

namespace {

constexpr std::size_t slots_at_a_rate =
    256;  // a server that leaves more unanswered is past its limit
constexpr auto drain_limit = std::chrono::seconds(10);

class Exchange final : private Crowd::Listener {
 public:
  explicit Exchange(Stage& stage)
      : stage_(stage),
        timed_(stage.options().rate > 0),
        slots_(timed_ ? slots_at_a_rate : stage.options().window),
        dialogue_(make_dialogue(stage.options(), slots_)),
        lanes_(stage.options().connections),
        crowd_(stage, *this, [this](std::size_t number) { return dialogue_->identify(number); }) {
    for (Lane& lane : lanes_) {
      lane.asked.resize(slots_);
    }
  }

  void run() {
    running_ = true;
    if (!timed_) {
      fill_windows();
    }
    pass(stage_.options().warm_up);
    stage_.begin();
    pass(stage_.options().measured);
    stage_.end();
    running_ = false;
    if (!stage_.run_until([this] { return under_way_ == 0; }, drain_limit)) {
      throw Failure(std::to_string(under_way_) + " requests were never answered");
    }
  }

 private:
  /// A session's requests; a slot that is not under way has no time.
  struct Lane {
    std::vector<TimePoint> asked;
    std::size_t next = 0;    // the slot of the next request
    std::size_t oldest = 0;  // the slot of the next answer, where answers come in order
  };

  void received(Session& session, std::string_view packet) override {
    Lane& lane = lanes_[session.number()];
    const auto slot = dialogue_->answered(packet, lane.oldest);
    if (!slot) {
      return;
    }
    if (*slot >= slots_ || lane.asked[*slot] == TimePoint()) {
      throw Failure("the server answered a request that was not made");
    }
    lane.oldest = (*slot + 1) % slots_;
    stage_.answered(lane.asked[*slot]);
    lane.asked[*slot] = TimePoint();
    --under_way_;
    if (running_ && !timed_) {
      ask(session.number(), *slot, Clock::now());
    }
  }

  void ask(std::size_t number, std::size_t slot, TimePoint due) {
    lanes_[number].asked[slot] = due;
    ++under_way_;
    crowd_[number].send(dialogue_->request(number, slot));
  }

  void fill_windows() {
    for (std::size_t number = 0; number < crowd_.size(); ++number) {
      for (std::size_t slot = 0; slot < slots_; ++slot) {
        ask(number, slot, Clock::now());
      }
    }
  }

  void pass(Clock::duration duration) {
    if (!timed_) {
      stage_.run_for(duration);
      return;
    }
    due_ = Clock::now();
    stage_.run_for(duration, [this](TimePoint now) {
      ask_what_is_due(now);
      return due_;
    });
  }

  void ask_what_is_due(TimePoint now) {
    const auto interval = std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double>(1 / stage_.options().rate));
    for (; due_ <= now; due_ += interval) {
      Lane& lane = lanes_[turn_];
      if (lane.asked[lane.next] != TimePoint()) {
        throw Failure("the server falls behind the rate asked for");
      }
      ask(turn_, lane.next, due_);
      lane.next = (lane.next + 1) % slots_;
      turn_ = (turn_ + 1) % lanes_.size();
    }
  }

  Stage& stage_;
  const bool timed_;
  const std::size_t slots_;
  std::unique_ptr<Dialogue> dialogue_;
  std::vector<Lane> lanes_;
  Crowd crowd_;
  bool running_ = false;
  std::size_t under_way_ = 0;
  TimePoint due_;         // of the next timed request
  std::size_t turn_ = 0;  // the session that makes it
};

}  // namespace

void run_exchange(Stage& stage, JsonLine& line) {
  Exchange(stage).run();
  stage.describe(line);
}

}  // namespace quickclinic::load
