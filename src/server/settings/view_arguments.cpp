#include "server/settings/view_arguments.hpp"

#include <CLI/CLI.hpp>

namespace quickclinic::settings {
void ViewArguments::add_to(CLI::App& app) {
  app.add_subcommand("describe")->add_option("what,--what", what_);
}

Acted ViewArguments::describe_action() const {
  if (what_ == "settings") return Action(Describe{Describe::What::settings});
  if (what_ == "metrics") return Action(Describe{Describe::What::metrics});
  return refuse("describe needs settings or metrics");
}

}  // namespace quickclinic::settings
