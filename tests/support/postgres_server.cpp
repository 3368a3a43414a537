#include "tests/support/postgres_server.hpp"

#include "tests/support/child_process.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <pwd.h>
#include <signal.h>
#include <stdexcept>
#include <utility>

namespace quickclinic::testing {

namespace {

namespace fs = std::filesystem;

constexpr int ready_line =
    8;  // of postmaster.pid: how the server is, "ready" once it takes connections

/// The newest of the versions that are installed.
fs::path programs_folder() {
  std::vector<fs::path> found;
  std::error_code none;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", none)) {
    if (fs::exists(version.path() / "bin" / "initdb")) found.push_back(version.path() / "bin");
  }
  if (found.empty()) throw std::runtime_error("PostgreSQL is not installed: ./test installs it");
  return *std::ranges::max_element(found);
}

const passwd* unprivileged_user() {
  const passwd* user = ::geteuid() == 0 ? ::getpwnam("postgres") : nullptr;
  if (::geteuid() == 0 && !user) throw std::runtime_error("there is no user postgres");
  return user;
}

/// A command that runs without our privileges and ends when this thread does.
std::vector<std::string> unprivileged(std::vector<std::string> command) {
  std::vector<std::string> words = {"setpriv", "--pdeathsig", "QUIT"};
  if (const passwd* user = unprivileged_user()) {
    words.insert(words.end(), {"--reuid", std::to_string(user->pw_uid), "--regid",
                               std::to_string(user->pw_gid), "--clear-groups"});
  }
  words.emplace_back("--");
  words.insert(words.end(), std::make_move_iterator(command.begin()),
               std::make_move_iterator(command.end()));
  return words;
}

}  // namespace

PostgresServer& PostgresServer::shared() {
  static PostgresServer server;
  return server;
}

PostgresServer::PostgresServer() : PostgresServer(Options{}) {}

PostgresServer::PostgresServer(Options options)
    : options_(std::move(options)), programs_(programs_folder()) {
  make_folder();
  try {
    make_cluster();
    start();
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
    throw;
  }
}

PostgresServer::~PostgresServer() {
  stop_immediately();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void PostgresServer::make_folder() {
  folder_ = make_test_folder("quickclinic-pg", options_.durable);
  if (const passwd* user = unprivileged_user()) {
    if (::chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0)
      throw std::runtime_error("cannot give a folder to postgres");
  }
}

void PostgresServer::make_cluster() const {
  run_program(unprivileged({programs_ / "initdb", "--pgdata", folder_ / "data", "--username",
                            "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale",
                            "C.UTF-8", "--no-sync", "--no-instructions"}),
              folder_ / "initdb.log");
  std::ofstream file(folder_ / "data" / "postgresql.conf", std::ios::app);
  file << "listen_addresses = ''\nunix_socket_directories = '" << folder_.string() << "'\n"
       << "shared_buffers = 32MB\nmax_connections = 50\ntimezone = 'UTC'\n";
  if (!options_.durable) file << "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n";
  for (const std::string& line : options_.settings) file << line << '\n';
}

void PostgresServer::start() {
  server_ = spawn_program(unprivileged({programs_ / "postgres", "-D", folder_ / "data"}),
                          folder_ / "server.log");
  if (wait_until_ready(server_, [this] { return ready(); })) return;
  stop_immediately();
  throw std::runtime_error("PostgreSQL did not start: " + log());
}

bool PostgresServer::ready() const {
  std::ifstream file(folder_ / "data" / "postmaster.pid");
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (number == 1 && line != std::to_string(server_)) return false;
    if (number == ready_line) return line.starts_with("ready");
  }
  return false;
}

void PostgresServer::stop_immediately() {
  if (server_ == 0) return;
  ::kill(server_, SIGQUIT);
  ::waitpid(server_, nullptr, 0);
  server_ = 0;
}

std::string PostgresServer::make_database() { return make_database_like("template1"); }

std::string PostgresServer::make_database_like(std::string_view pattern) {
  const std::string name = "test_" + std::to_string(++databases_);
  run_sql("postgres", "CREATE DATABASE \"" + name + "\" TEMPLATE \"" + std::string(pattern) + "\"");
  return url(name);
}

void PostgresServer::drop_database(std::string_view name) {
  run_sql("postgres", "DROP DATABASE \"" + std::string(name) + "\" WITH (FORCE)");
}

std::string PostgresServer::run_sql(std::string_view name, std::string_view sql) const {
  return run_program({programs_ / "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align",
                      "--set=ON_ERROR_STOP=1", "--command", std::string(sql), url(name)},
                     folder_ / "psql.out");
}

std::string PostgresServer::url(std::string_view name, std::string_view role) const {
  return "postgresql://" + std::string(role) + "@/" + std::string(name) +
         "?host=" + folder_.string();
}

std::string PostgresServer::name_in(std::string_view url) {
  const auto begin = url.rfind('/', url.find('?')) + 1;
  return std::string(url.substr(begin, url.find('?') - begin));
}

void PostgresServer::terminate_connections() const {
  run_sql("postgres",
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
          "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
}

std::string PostgresServer::log() const { return file_contents(folder_ / "server.log"); }

}  // namespace quickclinic::testing
