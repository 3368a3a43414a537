#pragma once

#include "engineio/application.hpp"
#include "engineio/frame.hpp"

#include <string>
#include <string_view>

namespace quickclinic::conformance {

/// Raw Engine.IO: every message goes back as it came.
class EchoApplication final : public engineio::Application {
 public:
  explicit EchoApplication(engineio::Session& session) : session_(session) {}

  void receive(std::string_view message, bool binary) override {
    session_.send(binary ? engineio::Frame::binary(message)
                         : engineio::Frame::text("4" + std::string(message)));
  }
  bool receive_oversized(std::string_view) override { return false; }
  void closed(engineio::CloseReason) override {}

 private:
  engineio::Session& session_;
};

}  // namespace quickclinic::conformance
