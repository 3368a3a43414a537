#include "tests/conformance/eio3_mode.hpp"

#include "tests/conformance/echo_application.hpp"

#include <chrono>
#include <memory>

namespace quickclinic::conformance {

using std::chrono::milliseconds;

transport::Options eio3_options() {
  transport::Options options;
  options.engine.ping_interval = milliseconds(300);
  options.engine.ping_timeout = milliseconds(200);
  options.engine.allow_eio3 = true;
  options.engines.push_back(
      {.options = {.path = "/engine.io/", .engine = options.engine},
       .application = [](transport::Shard&, engineio::Session& session,
                         const std::shared_ptr<const socketio::SessionInfo>&) {
         return std::make_unique<EchoApplication>(session);
       }});
  return options;
}

}  // namespace quickclinic::conformance
