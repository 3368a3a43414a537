#pragma once

#include <string>

namespace quickclinic::server {

/// The tables of docs/settings.md and docs/metrics.md in Markdown, written from what the program
/// does. A test compares them.
std::string describe_settings();
std::string describe_metrics();

}  // namespace quickclinic::server
