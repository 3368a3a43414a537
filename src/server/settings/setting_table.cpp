#include "server/settings/setting_table.hpp"

namespace quickclinic::settings {

const std::vector<SettingDescription>& all_settings() {
  using enum SettingKind;
  constexpr std::int64_t day_ms = 86'400'000;
  static const std::vector<SettingDescription> table = {
      {"SOCKET_PORT", "PORT", "--port", "NUMBER", "4000", value,
       "Port to listen on; 0 takes any free one.", read_number<&Settings::port, 0, 65535>},
      {"HOST", "", "--host", "ADDRESS", "0.0.0.0", value,
       "Address or host name to listen on; without it the demo clinic takes 127.0.0.1.", read_host},
      {"TLS_CERT", "", "--tls-cert", "FILE", "", value,
       "Certificate chain in PEM form; with TLS_KEY the server speaks TLS.", read_tls_certificate},
      {"TLS_KEY", "", "--tls-key", "FILE", "", value, "Private key of the certificate.",
       read_tls_key},
      {"QUICKCLINIC_DATA", "", "--data", "FOLDER", "data", value,
       "Folder for what the server keeps itself.", read_data_folder},
      {"DATABASE_URL", "", "--database-url", "URL", "", secret,
       "postgresql://… or sqlite:path; without it a SQLite file in the data folder.",
       read_database_url},
      {"FRONTEND_URL", "", "--frontend-url", "ORIGINS", "http://localhost:3000", value,
       "Origins that browsers may come from, separated by commas; https://*.clinic.example means "
       "every host one label below.",
       read_frontend_url},
      {"JWT_SECRET", "", "--jwt-secret", "TEXT", "", secret,
       "Shared key of tokens by HS256, at least 32 bytes. A flag can be seen by others on this "
       "machine.",
       read_jwt_secret},
      {"JWT_PUBLIC_KEY", "", "--jwt-public-key", "PEM", "", secret,
       "Public key of tokens by RS256, ES256 or EdDSA: PEM text or the path of a file.",
       read_jwt_public_key},
      {"JWT_REQUIRE_EXP", "", "--jwt-require-exp", "", "true", toggle,
       "Refuse tokens that never expire.", read_boolean<&Settings::jwt_require_exp>},
      {"QUICKCLINIC_LEGACY_AUTH", "", "--legacy-auth", "", "false", toggle,
       "Accept handshakes without a token; only on a loopback address.",
       read_boolean<&Settings::legacy_auth>},
      {"INTERNAL_API_KEY", "", "--internal-api-key", "TEXT", "", secret,
       "Key of the notification endpoints; without it they answer this machine only.",
       read_internal_api_key},
      {"REDIS_URL", "", "--redis-url", "URL", "", secret,
       "redis:// or rediss://, where several instances meet; without it there is one.",
       read_redis_url},
      {"METRICS_PORT", "", "--metrics-port", "NUMBER", "", value,
       "Port of its own for the metrics.", read_number<&Settings::metrics_port, 0, 65535>},
      {"LOG_LEVEL", "", "--log-level", "LEVEL", "info", value,
       "trace, debug, info, warn, error or off.", read_log_level},
      {"LOG_FORMAT", "", "--log-format", "FORMAT", "text", value, "text or json.", read_log_format},
      {"QUICKCLINIC_SHARDS", "", "--shards", "NUMBER", "", value,
       "Threads that serve, 1 to 64; without it one for each thread of the processor.",
       read_number<&Settings::shards, 1, 64>},
      {"MAX_CONNECTIONS", "", "--max-connections", "NUMBER", "100000", value,
       "Connections at once.", read_number<&Settings::max_connections, 1, 10'000'000>},
      {"MAX_CONNECTIONS_PER_USER", "", "--max-connections-per-user", "NUMBER", "0", value,
       "Connections at once of one person; 0 sets no limit.",
       read_number<&Settings::max_connections_per_user, 0, 10'000'000>},
      {"MAX_MESSAGE_CHARS", "", "--max-message-chars", "NUMBER", "4000", value,
       "Longest message, in Unicode code points.",
       read_number<&Settings::max_message_chars, 1, 100'000>},
      {"PING_INTERVAL", "", "--ping-interval", "MILLISECONDS", "25000", value,
       "Time between two heartbeats.", read_number<&Settings::ping_interval, 10, day_ms>},
      {"PING_TIMEOUT", "", "--ping-timeout", "MILLISECONDS", "20000", value,
       "How long a client may take to answer a heartbeat.",
       read_number<&Settings::ping_timeout, 10, day_ms>},
      {"SHUTDOWN_TIMEOUT", "", "--shutdown-timeout", "SECONDS", "10", value,
       "How long a stopping server waits for what is in flight.",
       read_number<&Settings::shutdown_timeout, 0, 3600>},
      {"HANDOVER_WINDOW", "", "--handover-window", "SECONDS", "30", value,
       "How long a server that is replaced (SIGUSR2) takes to send its clients over.",
       read_number<&Settings::handover_window, 0, 3600>},
      {"QUICKCLINIC_DEMO", "", "--demo", "", "false", toggle,
       "Serve a made-up clinic, with accounts and tokens printed at the start.",
       read_boolean<&Settings::demo>},
  };
  return table;
}

}  // namespace quickclinic::settings
