#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::testing {

/// A PostgreSQL server of this process' own, in a temporary folder, reached over a Unix socket
/// only.
///
/// The system's servers are neither used nor touched. Where the tests run as root the server runs
/// as the user `postgres`, since it refuses root. It ends with this object, and with the process
/// however that ends. Every function blocks, and throws `std::runtime_error` with a sentence when
/// PostgreSQL cannot do what is asked. Not thread-safe; to be made on the main thread, whose end
/// the kernel takes for the process' end.
class PostgresServer {
 public:
  struct Options {
    /// Written to disk before it is committed. Off for tests that only ask what is told in which
    /// order: nobody pulls the plug.
    bool durable = false;
    /// Lines for `postgresql.conf`, such as `max_connections = 20`.
    std::vector<std::string> settings;
  };

  /// The one of the test program, started at the first call.
  static PostgresServer& shared();

  PostgresServer();
  explicit PostgresServer(Options options);
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  /// A new, empty database; answers its URL for libpq, as the superuser.
  std::string make_database();
  /// The same as a copy of the database `pattern`, which nobody may be connected to. Much quicker
  /// than making its tables again.
  std::string make_database_like(std::string_view pattern);
  void drop_database(std::string_view name);

  /// Runs SQL in the database `name` through psql, stopping at the first error; answers what psql
  /// prints, rows as lines and columns separated by `|`.
  std::string run_sql(std::string_view name, std::string_view sql) const;

  /// The URL of a database, for the superuser or for another role.
  std::string url(std::string_view name, std::string_view role = "postgres") const;
  /// The name in a URL of ours.
  static std::string name_in(std::string_view url);

  /// Stops the server as a crash would: at once, with recovery at the next start.
  void stop_immediately();
  /// Starts it again on the same data.
  void start();
  /// Ends every connection but the one that asks.
  void terminate_connections() const;

 private:
  void make_folder();
  void make_cluster() const;
  std::string log() const;
  bool ready() const;

  Options options_;
  std::filesystem::path folder_;
  std::filesystem::path programs_;
  pid_t server_ = 0;
  int databases_ = 0;
};

}  // namespace quickclinic::testing
