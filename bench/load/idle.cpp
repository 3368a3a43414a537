#include "load/crowd.hpp"
#include "load/scenarios.hpp"

namespace quickclinic::load {

namespace {

class Silence final : public Crowd::Listener {
 public:
  void received(Session&, std::string_view) override {
  }  // a greeting after joining is not an answer
};

}  // namespace

void run_idle(Stage& stage, JsonLine& line) {
  const Options& options = stage.options();
  Silence silence;
  const Crowd crowd(stage, silence,
                    [&](std::size_t number) { return plain_identity(options, number); });
  stage.run_for(options.warm_up);
  stage.begin();
  stage.run_for(options.measured);
  stage.end();
  stage.describe(line);

  const auto sessions = static_cast<double>(crowd.size());
  const double seconds = std::chrono::duration<double>(stage.measured()).count();
  line.add("resident_bytes_per_connection",
           static_cast<double>(stage.resident_growth()) / sessions);
  line.add("server_cpu_us_per_connection_second",
           static_cast<double>(stage.used().total().count()) / sessions / seconds);
}

}  // namespace quickclinic::load
