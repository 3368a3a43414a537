#include "server/settings/settings.hpp"

#include "base/error_table.hpp"
#include "json/json.hpp"
#include "server/settings/host.hpp"
#include "server/settings/setting_table.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <thread>

namespace quickclinic::settings {
namespace {

constexpr ErrorEntry entry(SettingsError error, std::string_view message) {
  return {static_cast<int>(error), message, Condition::bad_request};
}

constexpr std::array entries = {
    entry(SettingsError::malformed, "malformed setting"),
    entry(SettingsError::contradictory, "contradictory settings"),
    entry(SettingsError::missing, "missing setting"),
    entry(SettingsError::unreadable_file, "unreadable file"),
};

/// A value and what to call its setting in a sentence: the name under which the operator wrote it.
struct Found {
  std::string_view value;
  std::string label;
};

/// The environment's and `.env`'s value of one name: nullopt where neither has it.
std::optional<Found> find_name(const Sources& sources, std::string_view name) {
  for (const SettingMap* map : {&sources.environment, &sources.dotenv}) {
    const auto found = map->find(name);
    if (found != map->end()) return Found{found->second, std::string(name)};
  }
  return std::nullopt;
}

/// A name of our own beats a general one of whatever source: `PORT` in the environment is often
/// another program's.
std::optional<Found> find(const Sources& sources, const SettingDescription& setting) {
  if (const auto flag = sources.flags.find(setting.name); flag != sources.flags.end()) {
    return Found{flag->second, std::string(setting.flag) + " (" + std::string(setting.name) + ")"};
  }
  auto found = find_name(sources, setting.name);
  const bool nowhere = !found || found->value.empty();
  if (nowhere && !setting.other_name.empty()) found = find_name(sources, setting.other_name);
  return found;
}

std::string shown(std::string_view value) {
  constexpr std::size_t shown_bytes_max = 60;
  std::string out;
  json::append_string(out, value.substr(0, shown_bytes_max));
  return value.size() > shown_bytes_max ? out + "…" : out;
}

Error complaint(const SettingDescription& setting, const Found& found, const std::string& words) {
  std::string sentence = found.label + ' ' + words;
  if (setting.kind != SettingKind::secret) sentence += ", not " + shown(found.value);
  return {make_error_code(SettingsError::malformed), std::move(sentence)};
}

std::string with_line_ends(std::string_view pem) {
  std::string out;
  for (std::size_t i = 0; i < pem.size(); ++i) {
    if (pem.substr(i).starts_with("\\n")) {
      out.push_back('\n');
      ++i;
    } else {
      out.push_back(pem[i]);
    }
  }
  return out;
}

Result<std::string> public_key_of(const std::string& value, ReadFile read_file) {
  constexpr std::string_view pem_begin = "-----BEGIN ";
  if (value.contains(pem_begin)) return with_line_ends(value);
  auto text = read_file(value);
  // The value is not shown: what is neither PEM nor a path may be a secret in the wrong place.
  if (!text || !text->contains(pem_begin)) {
    return fail(
        SettingsError::unreadable_file,
        "JWT_PUBLIC_KEY must be a public key in PEM form or the path of a file that holds one");
  }
  return text;
}

bool is_free_for_instances(const Settings& settings) {
  const std::uint16_t port = settings.cluster_advertise->port;
  return port != 0 && port != settings.port && port != settings.metrics_port &&
         port != settings.http_redirect_port;
}

Result<> check_together(const Settings& settings) {
  if (settings.tls && (settings.tls->certificate.empty() || settings.tls->key.empty())) {
    return fail(SettingsError::contradictory, "TLS_CERT and TLS_KEY must be set both or neither");
  }
  if (settings.http_redirect_port && !settings.tls) {
    return fail(SettingsError::contradictory,
                "HTTP_REDIRECT_PORT leads to the server's own TLS: it needs TLS_CERT and TLS_KEY");
  }
  if (settings.http_redirect_port && *settings.http_redirect_port != 0 &&
      *settings.http_redirect_port == settings.port) {
    return fail(SettingsError::contradictory,
                "HTTP_REDIRECT_PORT must not be the same as SOCKET_PORT");
  }
  if (settings.legacy_auth && !is_loopback_host(settings.host)) {
    return fail(SettingsError::contradictory,
                "QUICKCLINIC_LEGACY_AUTH is possible only when HOST is a loopback address such as "
                "127.0.0.1, not " +
                    shown(settings.host));
  }
  if (settings.cluster_advertise && settings.tls && !is_free_for_instances(settings)) {
    return fail(SettingsError::contradictory,
                "CLUSTER_ADVERTISE must name a port of its own when TLS_CERT is set: the server "
                "listens there too, in plain HTTP, for the other instances alone");
  }
  if (settings.metrics_port && *settings.metrics_port != 0 &&
      *settings.metrics_port == settings.port) {
    return fail(SettingsError::contradictory, "METRICS_PORT must not be the same as SOCKET_PORT");
  }
  return {};
}

}  // namespace

std::error_code make_error_code(SettingsError error) noexcept {
  static const ErrorTable table("settings", entries);
  return {static_cast<int>(error), table};
}

std::vector<OriginPattern> default_frontend_origins() {
  return {*OriginPattern::parse("http://localhost:3000")};
}

transport::TrustedProxies default_trusted_proxies() {
  return *transport::TrustedProxies::parse("loopback");
}

unsigned default_shards() { return std::clamp(std::thread::hardware_concurrency(), 1U, 64U); }

Result<Settings> load(const Sources& sources, ReadFile read_file) {
  Settings settings;
  bool database_named = false;
  bool host_named = false;
  for (const SettingDescription& setting : all_settings()) {
    const auto found = find(sources, setting);
    if (!found || found->value.empty()) continue;
    const Reading reading = setting.read(found->value, settings);
    if (!reading) return std::unexpected(complaint(setting, *found, reading.error()));
    if (setting.name == "DATABASE_URL") database_named = true;
    if (setting.name == "HOST") host_named = true;
  }
  if (!database_named) {
    settings.database = SqliteDatabase{settings.data_folder / "quickclinic.db"};
  }
  // The passwords of the demo clinic are known to everybody.
  if (settings.demo && !host_named) settings.host = "127.0.0.1";
  if (settings.jwt_public_key) {
    auto pem = public_key_of(*settings.jwt_public_key, read_file);
    if (!pem) return std::unexpected(pem.error());
    settings.jwt_public_key = std::move(*pem);
  }
  if (const auto checked = check_together(settings); !checked) {
    return std::unexpected(checked.error());
  }
  return settings;
}

Result<> check_ready_to_serve(const Settings& settings) {
  if (settings.jwt_secret && settings.jwt_public_key) {
    return fail(SettingsError::contradictory,
                "JWT_SECRET and JWT_PUBLIC_KEY are both set, but one algorithm only is accepted");
  }
  if (!settings.jwt_secret && !settings.jwt_public_key && !settings.demo) {
    return fail(SettingsError::missing,
                "JWT_SECRET (at least 32 bytes) or JWT_PUBLIC_KEY must be set, so that tokens can "
                "be verified");
  }
  if (settings.cluster_advertise && !settings.jwt_secret && !settings.internal_api_key &&
      !settings.demo) {
    return fail(SettingsError::missing,
                "CLUSTER_ADVERTISE needs a secret that all instances have: JWT_SECRET or "
                "INTERNAL_API_KEY");
  }
  return {};
}

}  // namespace quickclinic::settings
