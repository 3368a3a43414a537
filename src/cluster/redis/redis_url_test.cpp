#include "cluster/redis/redis_url.hpp"

#include <gtest/gtest.h>

namespace quickclinic::redis {
namespace {

using Topology = RedisUrl::Topology;

RedisUrl read(std::string_view text) {
  Result<RedisUrl> url = read_redis_url(text);
  EXPECT_TRUE(url) << (url ? "" : url.error().describe());
  return url ? *url : RedisUrl();
}

TEST(RedisUrl, HasTheUsualPortWhenItNamesNone) {
  const RedisUrl url = read("redis://cache.example.org");

  EXPECT_EQ(url.addresses, std::vector<Address>({{"cache.example.org", 6379}}));
  EXPECT_FALSE(url.tls);
  EXPECT_EQ(url.topology, Topology::single);
}

TEST(RedisUrl, HasUserPasswordPortAndDatabase) {
  const RedisUrl url = read("rediss://chat:pa%3Ass%40@10.0.0.1:7000/3");

  EXPECT_TRUE(url.tls);
  EXPECT_EQ(url.login.user, "chat");
  EXPECT_EQ(url.login.password, "pa:ss@");
  EXPECT_EQ(url.addresses, std::vector<Address>({{"10.0.0.1", 7000}}));
  EXPECT_EQ(url.database, 3);
}

TEST(RedisUrl, TakesAPasswordWithoutAUser) {
  const RedisUrl url = read("redis://:a/b@c@localhost");

  EXPECT_EQ(url.login.user, "");
  EXPECT_EQ(url.login.password, "a/b@c");
  EXPECT_EQ(url.addresses.front().host, "localhost");
}

TEST(RedisUrl, TakesIpv6InBrackets) {
  const RedisUrl url = read("redis://[::1]:6380");

  EXPECT_EQ(url.addresses, std::vector<Address>({{"::1", 6380}}));
  EXPECT_EQ(url.addresses.front().text(), "[::1]:6380");
}

TEST(RedisUrl, NamesSentinelsAndTheirMaster) {
  const RedisUrl url =
      read("redis+sentinel://:secret@one,two:1234/mymaster/2?sentinel_password=other");

  EXPECT_EQ(url.topology, Topology::sentinel);
  EXPECT_EQ(url.addresses, std::vector<Address>({{"one", 26379}, {"two", 1234}}));
  EXPECT_EQ(url.master, "mymaster");
  EXPECT_EQ(url.database, 2);
  EXPECT_EQ(url.login.password, "secret");
  EXPECT_EQ(url.sentinel_login.password, "other");
}

TEST(RedisUrl, NamesSomeServersOfACluster) {
  const RedisUrl url = read("rediss+cluster://one,[fe80::1]:7001?ssl_cert_reqs=none");

  EXPECT_EQ(url.topology, Topology::cluster);
  EXPECT_EQ(url.addresses, std::vector<Address>({{"one", 6379}, {"fe80::1", 7001}}));
  EXPECT_FALSE(url.tls_options.verify);
}

TEST(RedisUrl, HasFilesOfTls) {
  const RedisUrl url = read(
      "rediss://host?ssl_ca_certs=%2Fetc%2Fca.pem&ssl_certfile=/c.pem&ssl_keyfile=/k.pem"
      "&ssl_check_hostname=false&db=1");

  EXPECT_EQ(url.tls_options.ca_file, "/etc/ca.pem");
  EXPECT_EQ(url.tls_options.certificate_file, "/c.pem");
  EXPECT_EQ(url.tls_options.key_file, "/k.pem");
  EXPECT_TRUE(url.tls_options.verify);
  EXPECT_FALSE(url.tls_options.verify_name);
  EXPECT_EQ(url.database, 1);
}

TEST(RedisUrl, RefusesWhatItCannotReadWithoutShowingIt) {
  for (const std::string_view text : {"",
                                      "localhost:6379",
                                      "http://hunter2@host",
                                      "redis+other://host",
                                      "redis://",
                                      "redis://:hunter2@",
                                      "redis://host:0",
                                      "redis://host:65536",
                                      "redis://host:x",
                                      "redis://[::1",
                                      "redis://[::1]6379",
                                      "redis://one,two",
                                      "redis://host/first",
                                      "redis://host/-1",
                                      "redis://:hunter2%@host",
                                      "redis://:hunter2%zz@host",
                                      "redis://hunter2@host",
                                      "redis+sentinel://host",
                                      "redis+sentinel://host/",
                                      "redis+cluster://host/1",
                                      "redis://host?ssl_ca_certs=/x",
                                      "rediss://host?ssl_hunter2=1",
                                      "rediss://host?ssl_cert_reqs=maybe",
                                      "rediss://host?ssl_check_hostname=perhaps",
                                      "redis://host?password=hunter2",
                                      "redis://host?db=x",
                                      "redis://host?db=%4",
                                      "redis://host?sentinel_password=hunter2",
                                      "redis+cluster://host,/"}) {
    const Result<RedisUrl> url = read_redis_url(text);

    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().context.find("hunter2"), std::string::npos) << text;
    EXPECT_FALSE(url.error().context.empty()) << text;
  }
}

}  // namespace
}  // namespace quickclinic::redis
