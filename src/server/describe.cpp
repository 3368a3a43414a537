#include "server/describe.hpp"

#include "server/metrics/metric.hpp"
#include "server/settings/setting_table.hpp"

namespace quickclinic::server {
namespace {

std::string code(std::string_view text) {
  return text.empty() ? std::string() : "`" + std::string(text) + "`";
}

// A bar would end the cell.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) escaped += c == '|' ? std::string("\\|") : std::string(1, c);
  return escaped;
}

}  // namespace

std::string describe_settings() {
  std::string text =
      "| in the environment or in `.env` | as a flag | default | |\n|---|---|---|---|\n";
  for (const settings::SettingDescription& setting : settings::all_settings()) {
    std::string flag(setting.flag);
    if (!setting.argument.empty()) flag.append(" ").append(setting.argument);
    text += "| " + code(setting.name);
    if (!setting.other_name.empty()) text += ", " + code(setting.other_name);
    text += " | " + code(flag) + " | " + code(setting.default_text) + " | " + cell(setting.help) +
            (setting.kind == settings::SettingKind::secret ? " Never shown." : "") + " |\n";
  }
  return text;
}

std::string describe_metrics() {
  std::string text = "| metric | kind | labels | |\n|---|---|---|---|\n";
  for (const Metric& metric : all_metrics()) {
    std::string labels;
    for (const char c : metric.labels) labels += c == ',' ? std::string("`, `") : std::string(1, c);
    text += "| " + code(metric.name) + " | " + std::string(to_text(metric.kind)) + " | " +
            code(labels) + " | " + cell(metric.help) + " |\n";
  }
  return text;
}

}  // namespace quickclinic::server
