#pragma once

#include "server/settings/acted.hpp"

#include <string>

namespace CLI {
class App;
}

namespace quickclinic::settings {

/// The command `audit`: what the library fills in while it parses, and what comes of it. It must
/// not move in between.
class AuditArguments {
 public:
  void add_to(CLI::App& app);
  /// `audit` is the command as it was parsed.
  Acted action(const CLI::App& audit) const;

 private:
  std::string about_;
  std::string since_;
};

}  // namespace quickclinic::settings
