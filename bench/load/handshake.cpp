#include "load/crowd.hpp"
#include "load/failure.hpp"
#include "load/people.hpp"
#include "load/scenarios.hpp"

#include <utility>
#include <vector>

namespace quickclinic::load {

namespace {

constexpr auto drain_limit = std::chrono::seconds(10);

class Storm final : private Session::Events {
 public:
  explicit Storm(Stage& stage) : stage_(stage), places_(stage.options().connections) {
    const std::string& file = stage.options().identities;
    if (!file.empty()) people_ = read_people(file);
  }

  void run() {
    running_ = true;
    const Stage::Between between = [this](TimePoint now) {
      replace_those_who_left();
      return now + std::chrono::seconds(1);
    };
    stage_.run_for(stage_.options().warm_up, between);
    stage_.begin();
    stage_.run_for(stage_.options().measured, between);
    stage_.end();
    running_ = false;
    const auto empty = [this] { return present_ == 0; };
    if (!stage_.run_until(empty, drain_limit, between)) {
      throw Failure(std::to_string(present_) + " sessions did not come to their end");
    }
  }

 private:
  struct Place {
    std::unique_ptr<Session> session;
    TimePoint began;
    bool left = true;
  };

  /// A session may not be destroyed while it calls: those who left stay until the batch of events
  /// is over.
  void replace_those_who_left() {
    for (std::size_t number = 0; number < places_.size(); ++number) {
      Place& place = places_[number];
      if (!place.left) {
        continue;
      }
      place.session.reset();
      if (running_) {
        const Options& options = stage_.options();
        place.session =
            make_session(options.transport, stage_.loop(), options.target, identify(number), *this);
        place.left = false;
        place.began = Clock::now();
        ++present_;
        place.session->start();
      }
    }
  }

  /// Somebody else each time, where there are people.
  Session::Identity identify(std::size_t number) {
    if (people_.empty()) {
      return plain_identity(stage_.options(), number);
    }
    return {.number = number, .query = {}, .auth = people_[next_person_++ % people_.size()]};
  }

  void joined(Session& session) override {
    stage_.answered(places_[session.number()].began);
    session.leave();
  }
  void received(Session&, std::string_view) override {}
  void left(Session& session) override {
    places_[session.number()].left = true;
    --present_;
  }

  Stage& stage_;
  std::vector<Place> places_;
  std::vector<std::string> people_;
  std::size_t next_person_ = 0;
  bool running_ = false;
  std::size_t present_ = 0;
};

}  // namespace

void run_handshake(Stage& stage, JsonLine& line) {
  Storm(stage).run();
  stage.describe(line);
}

}  // namespace quickclinic::load
