#pragma once

#include "server/settings/acted.hpp"

#include <string>

namespace CLI {
class App;
}

namespace quickclinic::settings {

/// The commands `top` and `describe`: what the library fills in while it parses, and what comes of
/// it. It must not move in between.
class ViewArguments {
 public:
  void add_to(CLI::App& app);
  Acted top_action() const;
  Acted describe_action() const;

 private:
  std::string url_;
  bool once_ = false;
  std::string interval_;
  std::string what_;
};

}  // namespace quickclinic::settings
