#pragma once

#include "base/log.hpp"
#include "base/result.hpp"
#include "server/settings/origin_pattern.hpp"
#include "server/settings/rate.hpp"
#include "server/settings/secret.hpp"
#include "server/settings/setting_map.hpp"
#include "transport/trusted_proxies.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace quickclinic::settings {

/// Why the settings cannot be used. The context of the `Error` is one sentence for the operator,
/// which names the setting and shows no secret.
enum class SettingsError {
  malformed = 1,    ///< a value is not what its setting takes
  contradictory,    ///< two settings cannot stand together
  missing,          ///< without this setting the server may not serve
  unreadable_file,  ///< a file that a setting names, or `.env` itself
};
std::error_code make_error_code(SettingsError error) noexcept;

struct SqliteDatabase {
  std::filesystem::path file;
  friend bool operator==(const SqliteDatabase&, const SqliteDatabase&) = default;
};
struct PostgresDatabase {
  Secret url;  ///< holds a password as a rule
  friend bool operator==(const PostgresDatabase&, const PostgresDatabase&) = default;
};
using Database = std::variant<SqliteDatabase, PostgresDatabase>;

/// The dialect in which instances speak over Redis.
enum class RedisAdapter { classic, sharded, streams };

/// Where other instances reach this one.
struct Advertised {
  std::string host;        ///< an address or a name
  std::uint16_t port = 0;  ///< 0: the one that the server listens on
  friend bool operator==(const Advertised&, const Advertised&) = default;
};

struct TlsFiles {
  std::filesystem::path certificate;
  std::filesystem::path key;
  friend bool operator==(const TlsFiles&, const TlsFiles&) = default;
};

/// `http://localhost:3000`, where the web application runs in development.
std::vector<OriginPattern> default_frontend_origins();
/// This machine: whoever comes from here could just as well have read the memory.
transport::TrustedProxies default_trusted_proxies();
/// One per thread of the processor, 1 to 64.
unsigned default_shards();

/// What an operator can decide, checked and typed. A default-constructed one holds the defaults.
struct Settings {
  std::string host = "0.0.0.0";  ///< of the demo clinic, unless it is given: 127.0.0.1
  std::uint16_t port = 4000;     ///< 0: any free one
  std::optional<TlsFiles> tls;
  std::optional<std::uint16_t> http_redirect_port;  ///< only with `tls`
  transport::TrustedProxies trust_proxy = default_trusted_proxies();
  bool allow_plain_http = false;  ///< on an address that the internet reaches
  std::filesystem::path data_folder = "data";
  Database database = SqliteDatabase{"data/quickclinic.db"};
  std::vector<OriginPattern> frontend_origins = default_frontend_origins();

  std::optional<Secret> jwt_secret;           ///< at least 32 bytes
  std::optional<std::string> jwt_public_key;  ///< the text of a PEM file, not looked into
  bool jwt_require_exp = true;
  bool legacy_auth = false;  ///< true only when `host` is loopback
  std::optional<Secret> internal_api_key;

  std::optional<Secret> redis_url;  ///< one that `redis::read_redis_url` takes
  RedisAdapter redis_adapter = RedisAdapter::classic;
  std::optional<Advertised> cluster_advertise;
  std::optional<std::uint16_t> metrics_port;
  std::optional<std::string> otlp_endpoint;  ///< of the collector; `/v1/traces` comes behind it
  std::string service_name = "quickclinic";
  double trace_ratio = 1;  ///< 0 to 1
  log::Level log_level = log::Level::info;
  log::Format log_format = log::Format::text;

  unsigned shards = default_shards();
  std::size_t max_connections = 100'000;
  std::size_t max_connections_per_user = 0;        ///< 0: no limit
  std::size_t max_connections_per_address = 5000;  ///< 0: no limit
  Rate handshakes_per_address{5000, std::chrono::minutes(1)};
  Rate handshakes_per_user{600, std::chrono::minutes(1)};
  Rate requests_per_address{12'000, std::chrono::minutes(1)};
  Rate requests_per_user{1200, std::chrono::minutes(1)};
  Rate logins_per_address{30, std::chrono::minutes(1)};
  Rate logins_per_account{10, std::chrono::seconds(150)};
  Rate messages_per_user{1000, std::chrono::minutes(1)};
  Rate messages_per_relation{2000, std::chrono::minutes(1)};
  Rate typing_per_user{10, std::chrono::seconds(2)};
  std::size_t max_message_chars = 4000;  ///< code points
  std::chrono::milliseconds ping_interval{25'000};
  std::chrono::milliseconds ping_timeout{20'000};
  std::chrono::seconds shutdown_timeout{10};
  std::chrono::seconds handover_window{30};
  bool demo = false;

  friend bool operator==(const Settings&, const Settings&) = default;
};

/// Where settings come from, the strongest first. Borrows the maps.
struct Sources {
  const SettingMap& flags;  ///< by the settings' names, as `parse_command_line` gives them
  const SettingMap& environment;
  const SettingMap& dotenv;
};

/// Reads a file that a setting names.
using ReadFile = Result<std::string> (*)(const std::filesystem::path&);
Result<std::string> read_small_file(const std::filesystem::path& path);

/// Settles every setting of `all_settings()`; other names are left alone. An empty value counts as
/// "not set", and hides the ones of weaker sources. `read_file` is called for a `JWT_PUBLIC_KEY`
/// that is a path, and for nothing else.
Result<Settings> load(const Sources& sources, ReadFile read_file = read_small_file);

/// Whether a server may be started with `settings`: outside the demo, something must tell good
/// tokens from bad ones.
Result<> check_ready_to_serve(const Settings& settings);

}  // namespace quickclinic::settings

template <>
struct std::is_error_code_enum<quickclinic::settings::SettingsError> : std::true_type {};
