#pragma once

#include "server/settings/acted.hpp"

#include <string>

namespace CLI {
class App;
}

namespace quickclinic::settings {

/// The commands `export`, `import`, `erase` and `hold`: what the library fills in while it parses,
/// and what comes of it. It must not move in between.
class ArchiveArguments {
 public:
  void add_to(CLI::App& app);

  // Each with its command as it was parsed.
  Acted export_action() const;
  Acted import_action() const;
  Acted erase_action() const;
  Acted hold_action(const CLI::App& hold) const;

 private:
  bool all_ = false;
  std::string relation_;
  std::string user_;
  std::string output_;
  bool resume_ = false;
  bool with_passwords_ = false;
  std::string file_;
  bool yes_ = false;
  std::string whom_;
  std::string reason_;
};

}  // namespace quickclinic::settings
