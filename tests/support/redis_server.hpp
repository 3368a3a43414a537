#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::testing {

/// A port of loopback that nobody listened to a moment ago.
std::uint16_t free_port();

/// A Redis server of this process' own on a port of loopback, which keeps nothing on disk.
///
/// The system's servers are neither used nor touched. It ends with this object, and with the
/// process however that ends. Every function blocks, and throws `std::runtime_error` with a
/// sentence when Redis cannot do what is asked. Not thread-safe; to be made on the main thread.
class RedisServer {
 public:
  struct Options {
    /// `redis-server`, or `redis-sentinel`.
    std::string program = "redis-server";
    /// Lines for its configuration, such as `requirepass secret`.
    std::vector<std::string> settings;
    /// With TLS on its port: the certificate is for `localhost`, signed by `ca_file()`.
    bool tls = false;
  };

  RedisServer() : RedisServer(Options{}) {}
  explicit RedisServer(Options options);
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  std::uint16_t port() const noexcept { return port_; }
  /// `redis://127.0.0.1:<port>`.
  std::string url() const;
  std::filesystem::path ca_file() const { return folder_ / "ca.pem"; }
  pid_t process() const noexcept { return server_; }

  /// Runs a command by redis-cli, which needs no right beyond the file system's unless a password
  /// is set; answers what that prints.
  std::string run(std::vector<std::string> command) const;

  /// Ends it at once, without a farewell.
  void kill();
  /// Starts it again on the same port, empty.
  void start();
  /// Stops it from running, and lets it go on: its connections stay.
  void pause();
  void resume();

 private:
  void configure() const;
  void make_certificates() const;
  bool ready() const;

  Options options_;
  std::filesystem::path folder_;
  std::uint16_t port_ = 0;
  pid_t server_ = 0;
};

}  // namespace quickclinic::testing
