#include "load/acknowledgement.hpp"
#include "load/crowd.hpp"
#include "load/failure.hpp"
#include "load/people.hpp"
#include "load/scenarios.hpp"

#include <deque>
#include <vector>

namespace quickclinic::load {

namespace {

constexpr std::size_t under_way_max = 256;  // of a pair, at a rate: beyond it the server is lost
constexpr auto drain_limit = std::chrono::seconds(10);
constexpr std::size_t shown_bytes_max = 200;

/// Pairs of members of one relation each: the first sends, the second listens.
class Talk final : private Crowd::Listener {
 public:
  explicit Talk(Stage& stage)
      : stage_(stage),
        timed_(stage.options().rate > 0),
        people_(read_people(stage.options().identities)),
        run_(unique_prefix()),
        text_(stage.options().text_bytes, 'o'),
        pairs_(stage.options().connections / 2),
        crowd_(stage, *this, [this](std::size_t number) { return identify(number); }) {}

  void run() {
    running_ = true;
    if (!timed_) {
      for (std::size_t pair = 0; pair < pairs_.size(); ++pair) {
        for (std::size_t i = 0; i < stage_.options().window; ++i) say(pair, Clock::now());
      }
    }
    pass(stage_.options().warm_up);
    stage_.begin();
    pass(stage_.options().measured);
    stage_.end();
    running_ = false;
    const auto done = [this] { return undelivered_ == 0 && unacknowledged_ == 0; };
    if (!stage_.run_until(done, drain_limit)) {
      throw Failure(std::to_string(undelivered_) + " messages were never delivered, " +
                    std::to_string(unacknowledged_) + " never acknowledged");
    }
  }

 private:
  Session::Identity identify(std::size_t number) const {
    return {.number = number, .query = {}, .auth = people_[number % people_.size()]};
  }

  /// `due` is when the message ought to leave.
  void say(std::size_t pair, TimePoint due) {
    pairs_[pair].push_back(due);
    ++undelivered_;
    ++unacknowledged_;
    crowd_[pair * 2].send(Outgoing("2" + std::to_string(pair) + R"(["send_message",{"text":")" +
                                   text_ + R"(","clientMessageId":")" + run_ + "-" +
                                   std::to_string(++said_) + R"("}])"));
  }

  void received(Session& session, std::string_view packet) override {
    const std::size_t pair = session.number() / 2;
    if (const auto acknowledgement = read_acknowledgement(packet)) {
      if (!acknowledgement->ok()) {
        throw Failure("a message was refused: " + std::string(packet.substr(0, shown_bytes_max)));
      }
      --unacknowledged_;
      return;
    }
    const bool listens = session.number() % 2 == 1;
    if (!listens || !packet.starts_with(R"(2["new_message",)")) {
      return;
    }
    if (pairs_[pair].empty()) {
      throw Failure("a message was delivered twice");
    }
    // One sender, one order: the oldest is the one that came.
    stage_.answered(pairs_[pair].front());
    pairs_[pair].pop_front();
    --undelivered_;
    if (running_ && !timed_) {
      say(pair, Clock::now());
    }
  }

  void pass(Clock::duration duration) {
    if (!timed_) {
      stage_.run_for(duration);
      return;
    }
    due_ = Clock::now();
    const auto interval = std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double>(1 / stage_.options().rate));
    stage_.run_for(duration, [this, interval](TimePoint now) {
      for (; due_ <= now; due_ += interval) {
        if (pairs_[turn_].size() == under_way_max) {
          throw Failure("the server falls behind the rate asked for");
        }
        say(turn_, due_);
        turn_ = (turn_ + 1) % pairs_.size();
      }
      return due_;
    });
  }

  Stage& stage_;
  const bool timed_;
  const std::vector<std::string> people_;
  const std::string run_;
  const std::string text_;
  std::vector<std::deque<TimePoint>> pairs_;  // of each, when its messages under way were due
  Crowd crowd_;
  bool running_ = false;
  std::uint64_t said_ = 0;
  std::size_t undelivered_ = 0;
  std::size_t unacknowledged_ = 0;
  TimePoint due_;
  std::size_t turn_ = 0;
};

}  // namespace

void run_talk(Stage& stage, JsonLine& line) {
  Talk(stage).run();
  stage.describe(line);
}

}  // namespace quickclinic::load
