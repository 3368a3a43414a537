#include "server/top/top.hpp"

#include "server/client/http_client.hpp"
#include "server/commands.hpp"
#include "server/top/scrape.hpp"
#include "server/top/terminal.hpp"
#include "server/top/top_view.hpp"

#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace quickclinic::server {
namespace {

constexpr std::chrono::seconds patience{5};

Result<Scrape> scrape(const client::HttpUrl& url) {
  const auto answer = client::ask(url, {}, Clock::now() + patience);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200) {
    return fail(
        Condition::not_found,
        client::to_text(url) + " answers " + std::to_string(answer->status) +
            (answer->status == 404 ? "; where METRICS_PORT is set, the metrics are there" : ""));
  }
  auto read = Scrape::read(answer->body, Clock::now());
  if (!read)
    return fail(Condition::bad_request, client::to_text(url) + ": " + read.error().context);
  return read;
}

// Without --url: the server that is run with these settings on this machine.
std::string default_url(const settings::Settings& settings) {
  const bool anywhere = settings.host == "0.0.0.0" || settings.host == "::";
  const std::string host = anywhere                      ? "127.0.0.1"
                           : settings.host.contains(':') ? "[" + settings.host + "]"
                                                         : settings.host;
  return (settings.tls && !settings.metrics_port ? "https://" : "http://") + host + ":" +
         std::to_string(settings.metrics_port.value_or(settings.port));
}

int show_once(const client::HttpUrl& url, Scrape before, Duration interval) {
  std::this_thread::sleep_for(interval);  // what is shown are rates
  const auto now = scrape(url);
  if (!now) return complain(now.error());
  for (const std::string& line : top_lines(client::to_text(url), before, *now, {}))
    std::puts(line.c_str());
  return 0;
}

// Why it ended, unless somebody wanted it to.
std::optional<Error> watch(const client::HttpUrl& url, Scrape now, Duration interval) {
  const Terminal terminal;
  Scrape before = now;
  TimePoint next = Clock::now() + interval;
  while (true) {
    terminal.show(top_lines(client::to_text(url), before, now, terminal.size()));
    const Terminal::Woken woken = terminal.wait(next);
    if (woken == Terminal::Woken::quit) return std::nullopt;
    if (woken == Terminal::Woken::resized) continue;
    next = Clock::now() + interval;
    auto newer = scrape(url);
    if (!newer) return newer.error();
    before = std::exchange(now, std::move(*newer));
  }
}

}  // namespace

int run_top(const settings::Top& wanted, const settings::Settings& settings) {
  auto url = client::read_http_url(wanted.url.empty() ? default_url(settings) : wanted.url);
  if (!url) return complain(url.error());
  if (url->path == "/") url->path = "/metrics";
  auto first = scrape(*url);
  if (!first) return complain(first.error());
  if (wanted.once) return show_once(*url, std::move(*first), wanted.interval);
  if (!Terminal::there()) {
    return complain(Error(std::make_error_code(std::errc::invalid_argument),
                          "top needs a terminal; top --once prints the same for a script"));
  }
  if (const auto ended = watch(*url, std::move(*first), wanted.interval)) {
    std::printf("The server has gone. %s\n", ended->context.c_str());
  }
  return 0;
}

}  // namespace quickclinic::server
