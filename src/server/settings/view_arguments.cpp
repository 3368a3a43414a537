#include "server/settings/view_arguments.hpp"

#include "server/settings/value_reading.hpp"

#include <CLI/CLI.hpp>

#include <chrono>

namespace quickclinic::settings {
namespace {

constexpr std::int64_t interval_max_ms = 3'600'000;
constexpr std::int64_t interval_min_ms = 100;

}  // namespace

void ViewArguments::add_to(CLI::App& app) {
  CLI::App* top = app.add_subcommand("top");
  top->add_option("--url", url_);
  top->add_flag("--once", once_);
  top->add_option("--interval", interval_);
  app.add_subcommand("describe")->add_option("what,--what", what_);
}

Acted ViewArguments::top_action() const {
  Top top{.url = url_, .once = once_};
  if (interval_.empty()) return Action(std::move(top));
  const auto milliseconds = parse_integer(interval_);
  if (!milliseconds || *milliseconds < interval_min_ms || *milliseconds > interval_max_ms)
    return refuse("--interval " + range_complaint(interval_min_ms, interval_max_ms));
  top.interval = std::chrono::milliseconds(*milliseconds);
  return Action(std::move(top));
}

Acted ViewArguments::describe_action() const {
  if (what_ == "settings") return Action(Describe{Describe::What::settings});
  if (what_ == "metrics") return Action(Describe{Describe::What::metrics});
  return refuse("describe needs settings or metrics");
}

}  // namespace quickclinic::settings
