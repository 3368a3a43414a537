#include "server/top/top_view.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <set>

namespace quickclinic::server {
namespace {

std::string decimal(double value, int digits) {
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return {text.data(), static_cast<std::size_t>(std::clamp(length, 0, 63))};
}

// 1234567 as 1,234,567; small numbers that are not whole with one digit behind the point.
std::string count(double value) {
  if (value < 10 && value != std::floor(value)) return decimal(value, 1);
  std::string digits = decimal(value, 0);
  for (std::ptrdiff_t at = std::ssize(digits) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  return digits;
}

std::string wait(double seconds) {
  if (seconds < 0) return "-";
  if (seconds < 1) return decimal(seconds * 1000, seconds < 0.01 ? 1 : 0) + " ms";
  return decimal(seconds, 1) + " s";
}

std::string bytes(double value) {
  constexpr std::array<std::string_view, 4> units = {" kB", " MB", " GB", " TB"};
  std::size_t unit = 0;
  value /= 1000;
  while (value >= 1000 && unit + 1 < units.size()) {
    value /= 1000;
    ++unit;
  }
  return decimal(value, value < 10 ? 1 : 0) + std::string(units.at(unit));
}

std::string age(double seconds) {
  const auto minutes = static_cast<std::int64_t>(seconds / 60);
  if (minutes < 1) return decimal(seconds, 0) + " s";
  if (minutes < 60) return std::to_string(minutes) + " min";
  if (minutes < 48 * 60)
    return std::to_string(minutes / 60) + " h " + std::to_string(minutes % 60) + " min";
  return std::to_string(minutes / 60 / 24) + " days";
}

/// Lines of a name and of what there is to say about it.
class Lines {
 public:
  void add(std::string_view name, std::string text) {
    std::string line(name);
    line.resize(std::max<std::size_t>(name_columns, line.size() + 1), ' ');
    lines_.push_back(line + std::move(text));
  }
  void add(std::string line) { lines_.push_back(std::move(line)); }

  std::vector<std::string> fitted(Screen screen) && {
    if (screen.rows != 0 && lines_.size() > screen.rows) lines_.resize(screen.rows);
    if (screen.columns != 0) {
      for (std::string& line : lines_) line.resize(std::min(line.size(), screen.columns));
    }
    return std::move(lines_);
  }

 private:
  static constexpr std::size_t name_columns = 12;

  std::vector<std::string> lines_;
};

struct Column {
  std::string_view name;
  std::size_t width;
  std::string (*cell)(const Scrape& before, const Scrape& now, std::string_view shard);
};

constexpr std::array columns = {
    Column{"cpu", 7,
           [](const Scrape& before, const Scrape& now, std::string_view shard) {
             return count(std::round(rate(before, now, "quickclinic_shard_cpu_seconds_total",
                                          {{"shard", shard}}) *
                                     100)) +
                    "%";
           }},
    Column{"delay", 10,
           [](const Scrape&, const Scrape& now, std::string_view shard) {
             return wait(now.sum("quickclinic_shard_delay_seconds", {{"shard", shard}}));
           }},
    Column{"connections", 14,
           [](const Scrape&, const Scrape& now, std::string_view shard) {
             return count(now.sum("quickclinic_connections", {{"shard", shard}}));
           }},
    Column{"packets/s", 12,
           [](const Scrape& before, const Scrape& now, std::string_view shard) {
             return count(std::round(
                 rate(before, now, "quickclinic_packets_received_total", {{"shard", shard}})));
           }},
    Column{"deliveries/s", 15,
           [](const Scrape& before, const Scrape& now, std::string_view shard) {
             return count(
                 std::round(rate(before, now, "quickclinic_deliveries_total", {{"shard", shard}})));
           }},
    Column{"mailbox", 10,
           [](const Scrape&, const Scrape& now, std::string_view shard) {
             return count(now.sum("quickclinic_mailbox_waiting", {{"shard", shard}}));
           }},
};

std::string right(std::string text, std::size_t width) {
  return text.size() >= width ? " " + text : std::string(width - text.size(), ' ') + text;
}

void add_shards(Lines& lines, const Scrape& before, const Scrape& now) {
  std::string head = "shard";
  for (const Column& column : columns) head += right(std::string(column.name), column.width);
  lines.add(head);
  for (const Scrape::Sample& sample : now.samples("quickclinic_shard_up")) {
    const auto shard = sample.labels.find("shard");
    if (shard == sample.labels.end()) continue;
    std::string line = shard->second + (sample.value == 1 ? "" : " does not answer");
    line.resize(std::max<std::size_t>(line.size(), 5), ' ');
    if (sample.value == 1) {
      for (const Column& column : columns)
        line += right(column.cell(before, now, shard->second), column.width);
    }
    lines.add(std::move(line));
  }
}

std::string quantiles(const Scrape& before, const Scrape& now, std::string_view name) {
  return "   p50 " + wait(quantile(before, now, name, 0.5)) + "   p99 " +
         wait(quantile(before, now, name, 0.99));
}

double http_failures(const Scrape& now) {
  double failures = 0;
  for (const Scrape::Sample& sample : now.samples("quickclinic_http_requests_total")) {
    const auto status = sample.labels.find("status");
    if (status != sample.labels.end() && status->second.starts_with('5')) failures += sample.value;
  }
  return failures;
}

}  // namespace

std::vector<std::string> top_lines(std::string_view url, const Scrape& before, const Scrape& now,
                                   Screen screen) {
  const auto sum = [&](std::string_view name, Scrape::Wanted labels = {}) {
    return count(now.sum(name, labels));
  };
  const auto per_second = [&](std::string_view name, Scrape::Wanted labels = {}) {
    return count(rate(before, now, name, labels)) + "/s";
  };
  const double started = now.sum("process_start_time_seconds");
  const double age_seconds =
      started > 0 ? std::chrono::duration<double>(wall_now().time_since_epoch()).count() - started
                  : 0;
  const bool database = now.sum("quickclinic_database_up") == 1;

  Lines lines;
  lines.add("quickclinic at " + std::string(url) + "   up " + age(age_seconds) +
            (now.sum("quickclinic_draining") == 1 ? "   DRAINING" : ""));
  lines.add("clients",
            sum("quickclinic_clients", {{"kind", "conversation"}}) + " in conversations   " +
                sum("quickclinic_clients", {{"kind", "notifications"}}) + " for notifications   " +
                sum("quickclinic_sessions", {{"transport", "websocket"}}) + " websocket   " +
                sum("quickclinic_sessions", {{"transport", "polling"}}) + " polling");
  lines.add("messages", per_second("quickclinic_messages_total", {{"outcome", "stored"}}) +
                            quantiles(before, now, "quickclinic_message_delivery_seconds") +
                            "   under way " + sum("quickclinic_sends_under_way") + "   failed " +
                            sum("quickclinic_messages_total", {{"outcome", "failed"}}));
  lines.add("traffic", per_second("quickclinic_packets_received_total") + " packets in   " +
                           per_second("quickclinic_deliveries_total") + " deliveries   " +
                           per_second("quickclinic_http_requests_total") + " http requests");
  const double batches = rate(before, now, "quickclinic_store_batch_size_count");
  const double stored = rate(before, now, "quickclinic_store_batch_size_sum");
  lines.add("database",
            (database ? "answers in " + wait(now.sum("quickclinic_database_ping_seconds"))
                      : std::string("DOES NOT ANSWER")) +
                "   waiting: " + sum("quickclinic_store_waiting", {{"queue", "writes"}}) +
                " writes, " + sum("quickclinic_store_waiting", {{"queue", "reads"}}) + " reads");
  lines.add("batches", count(batches) + "/s of " + (batches > 0 ? count(stored / batches) : "-") +
                           quantiles(before, now, "quickclinic_store_batch_seconds"));
  if (!now.samples("quickclinic_redis_up").empty()) {
    lines.add("redis", (now.sum("quickclinic_redis_up") == 1 ? "connected" : "DOES NOT ANSWER") +
                           std::string("   other instances ") + sum("quickclinic_other_instances") +
                           "   " + per_second("quickclinic_cluster_messages_sent_total") +
                           " sent   " + per_second("quickclinic_cluster_messages_received_total") +
                           " received");
  }
  lines.add("trouble", "slow readers " + sum("quickclinic_slow_readers_total") +
                           "   refused: " + sum("quickclinic_connect_refusals_total") +
                           " connects, " + sum("quickclinic_event_refusals_total") + " events (" +
                           sum("quickclinic_event_refusals_total", {{"code", "rate_limited"}}) +
                           " too fast)   http 5xx " + count(http_failures(now)));
  lines.add("process",
            "cpu " + count(std::round(rate(before, now, "process_cpu_seconds_total") * 100)) +
                "%   memory " + bytes(now.sum("process_resident_memory_bytes")) +
                "   descriptors " + sum("process_open_fds") + " of " + sum("process_max_fds"));
  lines.add("");
  add_shards(lines, before, now);
  return std::move(lines).fitted(screen);
}

}  // namespace quickclinic::server
