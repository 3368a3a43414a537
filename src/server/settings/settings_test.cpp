#include "server/settings/settings.hpp"

#include "server/settings/setting_table.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace quickclinic::settings {
namespace {

const std::string secret = "a secret of thirty-two bytes or more";
const std::string pem = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";

Result<std::string> no_file(const std::filesystem::path&) {
  return fail(SettingsError::unreadable_file);
}

Result<Settings> load_from(const SettingMap& environment, const SettingMap& flags = {},
                           const SettingMap& dotenv = {}) {
  return load({flags, environment, dotenv}, no_file);
}

Settings loaded(const SettingMap& environment, const SettingMap& flags = {},
                const SettingMap& dotenv = {}) {
  return load_from(environment, flags, dotenv).value();
}

/// The sentence of the refusal, or "accepted".
std::string answer(const SettingMap& environment, const SettingMap& flags = {}) {
  const auto settings = load_from(environment, flags);
  return settings ? "accepted" : settings.error().context;
}

TEST(SettingTable, NamesEverySettingOnce) {
  std::set<std::string_view> seen;
  for (const SettingDescription& setting : all_settings()) {
    EXPECT_TRUE(seen.insert(setting.name).second) << setting.name;
    EXPECT_TRUE(seen.insert(setting.flag).second) << setting.flag;
    if (!setting.other_name.empty()) EXPECT_TRUE(seen.insert(setting.other_name).second);
    EXPECT_TRUE(setting.flag.starts_with("--")) << setting.flag;
    EXPECT_EQ(setting.argument.empty(), setting.kind == SettingKind::toggle) << setting.name;
    EXPECT_TRUE(setting.help.ends_with('.')) << setting.name;
  }
}

TEST(SettingTable, TellsTheDefaultsThatHold) {
  SettingMap written;
  for (const SettingDescription& setting : all_settings()) {
    written.emplace(setting.name, setting.default_text);
  }

  EXPECT_EQ(loaded({}), Settings{});
  EXPECT_EQ(loaded(written), Settings{});
}

TEST(SettingsLoad, KeepsTheDemoClinicOnThisMachineUnlessToldOtherwise) {
  EXPECT_EQ(loaded({}).host, "0.0.0.0");
  EXPECT_EQ(loaded({{"QUICKCLINIC_DEMO", "true"}}).host, "127.0.0.1");
  EXPECT_EQ(loaded({{"QUICKCLINIC_DEMO", "true"}, {"HOST", ""}}).host, "127.0.0.1");
  EXPECT_EQ(loaded({{"QUICKCLINIC_DEMO", "true"}, {"HOST", "0.0.0.0"}}).host, "0.0.0.0");
  EXPECT_EQ(loaded({}, {{"QUICKCLINIC_DEMO", "true"}, {"HOST", "::1"}}).host, "::1");
}

TEST(SettingsLoad, TakesEverySetting) {
  const Settings settings = loaded({{"SOCKET_PORT", "4001"},
                                    {"HOST", "127.0.0.1"},
                                    {"TLS_CERT", "cert.pem"},
                                    {"TLS_KEY", "key.pem"},
                                    {"HTTP_REDIRECT_PORT", "8080"},
                                    {"TRUST_PROXY", "10.0.0.0/8, 192.0.2.1"},
                                    {"ALLOW_PLAIN_HTTP", "true"},
                                    {"QUICKCLINIC_DATA", "/var/lib/quickclinic"},
                                    {"FRONTEND_URL", "https://a.example, https://*.b.example/,"},
                                    {"JWT_SECRET", secret},
                                    {"JWT_REQUIRE_EXP", "false"},
                                    {"QUICKCLINIC_LEGACY_AUTH", "true"},
                                    {"INTERNAL_API_KEY", "internal"},
                                    {"REDIS_URL", "rediss://user:pass@[::1]:6380/2"},
                                    {"QUICKCLINIC_REDIS_ADAPTER", "sharded"},
                                    {"CLUSTER_ADVERTISE", "[::1]:4002"},
                                    {"METRICS_PORT", "9100"},
                                    {"OTEL_EXPORTER_OTLP_ENDPOINT", "http://[::1]:4318"},
                                    {"OTEL_SERVICE_NAME", "ward"},
                                    {"OTEL_TRACES_SAMPLER_ARG", "0.25"},
                                    {"LOG_LEVEL", "warn"},
                                    {"LOG_FORMAT", "json"},
                                    {"QUICKCLINIC_SHARDS", "64"},
                                    {"MAX_CONNECTIONS", "5"},
                                    {"MAX_CONNECTIONS_PER_USER", "2"},
                                    {"MAX_CONNECTIONS_PER_ADDRESS", "7"},
                                    {"LIMIT_HANDSHAKES_PER_ADDRESS", "1/s"},
                                    {"LIMIT_HANDSHAKES_PER_USER", "2/s"},
                                    {"LIMIT_REQUESTS_PER_ADDRESS", "3/s"},
                                    {"LIMIT_REQUESTS_PER_USER", "4/s"},
                                    {"LIMIT_LOGINS_PER_ADDRESS", "5/s"},
                                    {"LIMIT_LOGINS_PER_ACCOUNT", "6/s"},
                                    {"LIMIT_MESSAGES_PER_USER", "7/s"},
                                    {"LIMIT_MESSAGES_PER_RELATION", "8/s"},
                                    {"LIMIT_TYPING_PER_USER", "off"},
                                    {"MAX_MESSAGE_CHARS", "10"},
                                    {"PING_INTERVAL", "300"},
                                    {"PING_TIMEOUT", "200"},
                                    {"SHUTDOWN_TIMEOUT", "0"},
                                    {"QUICKCLINIC_DEMO", "1"}});

  Settings expected;
  expected.port = 4001;
  expected.host = "127.0.0.1";
  expected.tls = TlsFiles{"cert.pem", "key.pem"};
  expected.http_redirect_port = 8080;
  expected.trust_proxy = *transport::TrustedProxies::parse("10.0.0.0/8,192.0.2.1");
  expected.allow_plain_http = true;
  expected.data_folder = "/var/lib/quickclinic";
  expected.database = SqliteDatabase{"/var/lib/quickclinic/quickclinic.db"};
  expected.frontend_origins = {*OriginPattern::parse("https://a.example"),
                               *OriginPattern::parse("https://*.b.example")};
  expected.jwt_secret = Secret(secret);
  expected.jwt_require_exp = false;
  expected.legacy_auth = true;
  expected.internal_api_key = Secret("internal");
  expected.redis_url = Secret("rediss://user:pass@[::1]:6380/2");
  expected.redis_adapter = RedisAdapter::sharded;
  expected.cluster_advertise = Advertised{"::1", 4002};
  expected.metrics_port = 9100;
  expected.otlp_endpoint = "http://[::1]:4318";
  expected.service_name = "ward";
  expected.trace_ratio = 0.25;
  expected.log_level = log::Level::warn;
  expected.log_format = log::Format::json;
  expected.shards = 64;
  expected.max_connections = 5;
  expected.max_connections_per_user = 2;
  expected.max_connections_per_address = 7;
  const auto a_second = [](unsigned count) { return Rate{count, std::chrono::seconds(1)}; };
  expected.handshakes_per_address = a_second(1);
  expected.handshakes_per_user = a_second(2);
  expected.requests_per_address = a_second(3);
  expected.requests_per_user = a_second(4);
  expected.logins_per_address = a_second(5);
  expected.logins_per_account = a_second(6);
  expected.messages_per_user = a_second(7);
  expected.messages_per_relation = a_second(8);
  expected.typing_per_user = Rate();
  expected.max_message_chars = 10;
  expected.ping_interval = std::chrono::milliseconds(300);
  expected.ping_timeout = std::chrono::milliseconds(200);
  expected.shutdown_timeout = std::chrono::seconds(0);
  expected.demo = true;
  EXPECT_EQ(settings, expected);
}

TEST(SettingsLoad, LetsFlagsWinOverEnvironmentOverDotenv) {
  const SettingMap one = {{"SOCKET_PORT", "1"}};
  const SettingMap two = {{"SOCKET_PORT", "2"}};
  const SettingMap three = {{"SOCKET_PORT", "3"}};

  EXPECT_EQ(loaded(two, one, three).port, 1);
  EXPECT_EQ(loaded(two, {}, three).port, 2);
  EXPECT_EQ(loaded({}, {}, three).port, 3);
}

TEST(SettingsLoad, LetsSocketPortWinOverPortWhereverItStands) {
  EXPECT_EQ(loaded({{"PORT", "1"}}).port, 1);
  EXPECT_EQ(loaded({{"PORT", "1"}, {"SOCKET_PORT", "2"}}).port, 2);
  EXPECT_EQ(loaded({{"PORT", "1"}}, {}, {{"SOCKET_PORT", "3"}}).port, 3);
  EXPECT_EQ(loaded({{"PORT", "1"}}, {}, {{"PORT", "4"}}).port, 1);
  EXPECT_EQ(loaded({{"PORT", "1"}, {"SOCKET_PORT", ""}}).port, 1);
}

TEST(SettingsLoad, TakesAnEmptyValueForNone) {
  EXPECT_EQ(loaded({{"REDIS_URL", ""}}, {}, {{"REDIS_URL", "redis://cache"}}).redis_url,
            std::nullopt);
  EXPECT_EQ(loaded({{"HOST", "10.0.0.1"}}, {{"HOST", ""}}).host, "0.0.0.0");
}

TEST(SettingsLoad, LeavesOtherNamesAlone) {
  EXPECT_EQ(loaded({{"NODE_ENV", "x"}}, {}, {{"NEXT_PUBLIC_SOCKET_URL", "y"}, {"port", "z"}}),
            Settings{});
}

TEST(SettingsLoad, TakesDatabasesOfBothKinds) {
  const std::pair<const char*, const char*> files[] = {
      {"sqlite:chat.db", "chat.db"},
      {"sqlite:/var/chat.db", "/var/chat.db"},
      {"sqlite:///var/chat.db", "/var/chat.db"},
      {"sqlite:./a b.db", "./a b.db"},
  };
  for (const auto& [url, file] : files) {
    EXPECT_EQ(loaded({{"DATABASE_URL", url}}).database, Database(SqliteDatabase{file})) << url;
  }
  for (const char* url : {"postgresql://u:p@db:5432/clinic?schema=public&connection_limit=5",
                          "postgres://db/clinic", "postgresql:///clinic?host=/run"}) {
    EXPECT_EQ(loaded({{"DATABASE_URL", url}}).database, Database(PostgresDatabase{Secret(url)}));
  }
}

TEST(SettingsLoad, RefusesMalformedValuesInOneSentence) {
  struct Case {
    const char* name;
    const char* value;
    const char* sentence;
  };
  const Case cases[] = {
      {"SOCKET_PORT", "abc", "SOCKET_PORT must be a number from 0 to 65535, not \"abc\""},
      {"PORT", "-1", "PORT must be a number from 0 to 65535, not \"-1\""},
      {"SOCKET_PORT", "65536", "SOCKET_PORT must be a number from 0 to 65535, not \"65536\""},
      {"SOCKET_PORT", "4000\n", "SOCKET_PORT must be a number from 0 to 65535, not \"4000\\n\""},
      {"OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector",
       "OTEL_EXPORTER_OTLP_ENDPOINT must be http://host:port (https is not understood here), not "
       "\"https://collector\""},
      {"OTEL_TRACES_SAMPLER_ARG", "1.5",
       "OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, not \"1.5\""},
      {"OTEL_TRACES_SAMPLER_ARG", "nan",
       "OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, not \"nan\""},
      {"METRICS_PORT", "0x10", "METRICS_PORT must be a number from 0 to 65535, not \"0x10\""},
      {"TRUST_PROXY", "nginx",
       "TRUST_PROXY must be addresses and ranges such as 10.0.0.7 or 10.0.0.0/8, loopback or "
       "private, separated by commas, or none, not \"nginx\""},
      {"LIMIT_MESSAGES_PER_USER", "30",
       "LIMIT_MESSAGES_PER_USER must be a rate such as 30/1m, 5/s or 100/10s, or off, not \"30\""},
      {"HOST", "a b", "HOST must be an IP address or a host name, not \"a b\""},
      {"LOG_LEVEL", "loud",
       "LOG_LEVEL must be trace, debug, info, warn, error or off, not \"loud\""},
      {"LOG_FORMAT", "xml", "LOG_FORMAT must be text or json, not \"xml\""},
      {"JWT_REQUIRE_EXP", "maybe", "JWT_REQUIRE_EXP must be true or false, not \"maybe\""},
      {"QUICKCLINIC_SHARDS", "0", "QUICKCLINIC_SHARDS must be a number from 1 to 64, not \"0\""},
      {"QUICKCLINIC_SHARDS", "65", "QUICKCLINIC_SHARDS must be a number from 1 to 64, not \"65\""},
      {"SHUTDOWN_TIMEOUT", "1.5", "SHUTDOWN_TIMEOUT must be a number from 0 to 3600, not \"1.5\""},
      {"MAX_CONNECTIONS", "99999999999999999999",
       "MAX_CONNECTIONS must be a number from 1 to 10000000, not \"99999999999999999999\""},
      {"FRONTEND_URL", "*",
       "FRONTEND_URL must be origins such as https://clinic.example or https://*.clinic.example, "
       "separated by commas, not \"*\""},
      {"JWT_SECRET", "short", "JWT_SECRET must be at least 32 bytes long"},
      {"JWT_SECRET", pem.c_str(),
       "JWT_SECRET must not be a PEM key; a public key belongs into JWT_PUBLIC_KEY"},
      {"JWT_PUBLIC_KEY", "/no/such/file",
       "JWT_PUBLIC_KEY must be a public key in PEM form or the path of a file that holds one"},
      {"INTERNAL_API_KEY", "a b", "INTERNAL_API_KEY must be printable ASCII without blanks"},
      {"DATABASE_URL", "mysql://u:hunter2@db",
       "DATABASE_URL must be postgresql://… or sqlite:path, where path names a file"},
      {"DATABASE_URL",
       "sqlite:", "DATABASE_URL must be postgresql://… or sqlite:path, where path names a file"},
      {"DATABASE_URL", "sqlite://host/x",
       "DATABASE_URL must be postgresql://… or sqlite:path, where path names a file"},
      {"DATABASE_URL", "sqlite::memory:",
       "DATABASE_URL must be postgresql://… or sqlite:path, where path names a file"},
      {"DATABASE_URL", "postgresql://u:p w@db",
       "DATABASE_URL must be a PostgreSQL address without blanks, or sqlite:path"},
      {"REDIS_URL", "redis://:hunter2@", "REDIS_URL must be a URL of Redis, but a host is missing"},
      {"REDIS_URL", "redis://cache\n", "REDIS_URL must be a URL of Redis without blanks"},
      {"QUICKCLINIC_REDIS_ADAPTER", "stream",
       "QUICKCLINIC_REDIS_ADAPTER must be classic, sharded or streams, not \"stream\""},
  };
  for (const auto& [name, value, sentence] : cases) EXPECT_EQ(answer({{name, value}}), sentence);
}

TEST(SettingsLoad, NamesTheFlagThatWasWrong) {
  EXPECT_EQ(answer({}, {{"SOCKET_PORT", "abc"}}),
            "--port (SOCKET_PORT) must be a number from 0 to 65535, not \"abc\"");
}

TEST(SettingsLoad, ShowsNoSecretInAnySentence) {
  for (const SettingDescription& setting : all_settings()) {
    const std::string sentence = answer({{std::string(setting.name), "hunter2 \x01"}});
    if (setting.kind != SettingKind::secret) continue;
    EXPECT_NE(sentence, "accepted") << setting.name;
    EXPECT_FALSE(sentence.contains("hunter2")) << sentence;
  }
}

TEST(SettingsLoad, CutsLongValuesInItsSentence) {
  EXPECT_LT(answer({{"SOCKET_PORT", std::string(100'000, '9')}}).size(), 200U);
}

TEST(SettingsLoad, WantsBothTlsFilesOrNeither) {
  for (const char* name : {"TLS_CERT", "TLS_KEY"}) {
    EXPECT_EQ(answer({{name, "file.pem"}}), "TLS_CERT and TLS_KEY must be set both or neither");
  }
}

TEST(SettingsLoad, AllowsLegacyHandshakesOnLoopbackOnly) {
  for (const char* host : {"127.0.0.1", "::1", "localhost"}) {
    EXPECT_EQ(answer({{"QUICKCLINIC_LEGACY_AUTH", "true"}, {"HOST", host}}), "accepted");
  }
  for (const char* host : {"", "0.0.0.0", "::", "10.0.0.1", "localhost.example"}) {
    EXPECT_TRUE(answer({{"QUICKCLINIC_LEGACY_AUTH", "true"}, {"HOST", host}})
                    .starts_with("QUICKCLINIC_LEGACY_AUTH is possible only when HOST"))
        << host;
  }
}

TEST(SettingsLoad, KeepsTheTwoPortsApart) {
  EXPECT_EQ(answer({{"METRICS_PORT", "4000"}}), "METRICS_PORT must not be the same as SOCKET_PORT");
  EXPECT_EQ(answer({{"METRICS_PORT", "0"}, {"SOCKET_PORT", "0"}}), "accepted");
}

TEST(SettingsAdvertise, IsAHostWithOrWithoutAPort) {
  const auto advertised = [](const char* value) {
    return *loaded({{"CLUSTER_ADVERTISE", value}}).cluster_advertise;
  };

  EXPECT_EQ(advertised("10.0.0.5"), (Advertised{"10.0.0.5", 0}));
  EXPECT_EQ(advertised("server-1:4000"), (Advertised{"server-1", 4000}));
  EXPECT_EQ(advertised("[2001:db8::1]"), (Advertised{"2001:db8::1", 0}));
  for (const char* wrong : {"http://10.0.0.5:4000", "10.0.0.5:", "10.0.0.5:0", "10.0.0.5:65536",
                            ":4000", "0.0.0.0:4000", "[::]:4000", "2001:db8::1", "[10.0.0.5]",
                            "10.0.0.5:4000/", "a b", "[::1"}) {
    EXPECT_EQ(answer({{"CLUSTER_ADVERTISE", wrong}}),
              "CLUSTER_ADVERTISE must be HOST or HOST:PORT, by which other instances reach this "
              "one, not \"" +
                  std::string(wrong) + "\"");
  }
}

TEST(SettingsAdvertise, WantsAPortOfItsOwnBesideTls) {
  const auto answer_of = [](const char* value) {
    return answer({{"TLS_CERT", "c"}, {"TLS_KEY", "k"}, {"CLUSTER_ADVERTISE", value}});
  };

  EXPECT_EQ(answer_of("10.0.0.5:4001"), "accepted");
  for (const char* wrong : {"10.0.0.5", "10.0.0.5:4000"}) {
    EXPECT_EQ(answer_of(wrong),
              "CLUSTER_ADVERTISE must name a port of its own when TLS_CERT is set: the server "
              "listens there too, in plain HTTP, for the other instances alone");
  }
}

TEST(SettingsAdvertise, WantsASecretThatInstancesShare) {
  const SettingMap environment = {{"JWT_PUBLIC_KEY", pem}, {"CLUSTER_ADVERTISE", "10.0.0.5"}};
  const auto ready = check_ready_to_serve(loaded(environment));

  ASSERT_FALSE(ready);
  EXPECT_EQ(ready.error().context,
            "CLUSTER_ADVERTISE needs a secret that all instances have: JWT_SECRET or "
            "INTERNAL_API_KEY");
}

TEST(SettingsPublicKey, IsPemTextWithLineEndsOfEitherKind) {
  std::string escaped;
  for (const char c : pem) escaped += c == '\n' ? "\\n" : std::string(1, c);

  EXPECT_EQ(loaded({{"JWT_PUBLIC_KEY", pem}}).jwt_public_key, pem);
  EXPECT_EQ(loaded({{"JWT_PUBLIC_KEY", escaped}}).jwt_public_key, pem);
}

TEST(SettingsPublicKey, IsReadFromAFile) {
  const SettingMap environment = {{"JWT_PUBLIC_KEY", "key.pem"}};
  const ReadFile read = [](const std::filesystem::path& path) -> Result<std::string> {
    return path == "key.pem" ? pem : "";
  };

  EXPECT_EQ(load({{}, environment, {}}, read).value().jwt_public_key, pem);
}

TEST(SettingsPublicKey, RefusesAFileThatHoldsNone) {
  const SettingMap environment = {{"JWT_PUBLIC_KEY", "key.pem"}};
  const ReadFile read = [](const std::filesystem::path&) -> Result<std::string> { return "AAAA"; };

  EXPECT_EQ(load({{}, environment, {}}, read).error().code, SettingsError::unreadable_file);
}

TEST(SettingsReadyToServe, WantsExactlyOneKey) {
  const auto answer_of = [](const SettingMap& environment) {
    const auto ready = check_ready_to_serve(loaded(environment));
    return ready ? "ready" : ready.error().context;
  };

  EXPECT_EQ(answer_of({{"JWT_SECRET", secret}}), "ready");
  EXPECT_EQ(answer_of({{"JWT_PUBLIC_KEY", pem}}), "ready");
  EXPECT_EQ(answer_of({}),
            "JWT_SECRET (at least 32 bytes) or JWT_PUBLIC_KEY must be set, so that tokens can be "
            "verified");
  EXPECT_EQ(answer_of({{"JWT_SECRET", secret}, {"JWT_PUBLIC_KEY", pem}}),
            "JWT_SECRET and JWT_PUBLIC_KEY are both set, but one algorithm only is accepted");
}

TEST(SettingsReadyToServe, NeedsNoKeyForTheDemo) {
  EXPECT_TRUE(check_ready_to_serve(loaded({{"QUICKCLINIC_DEMO", "true"}})));
}

}  // namespace
}  // namespace quickclinic::settings
