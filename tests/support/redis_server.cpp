#include "tests/support/redis_server.hpp"

#include "tests/support/child_process.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <signal.h>
#include <stdexcept>
#include <utility>

namespace quickclinic::testing {

namespace fs = std::filesystem;

std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool found =
      ::bind(socket, generic, size) == 0 && ::getsockname(socket, generic, &size) == 0;
  ::close(socket);
  if (!found) throw std::runtime_error("no port is free");
  return ntohs(address.sin_port);
}

RedisServer::RedisServer(Options options)
    : options_(std::move(options)),
      folder_(make_test_folder("quickclinic-redis")),
      port_(free_port()) {
  try {
    if (options_.tls) make_certificates();
    configure();
    start();
  } catch (...) {
    kill();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
    throw;
  }
}

RedisServer::~RedisServer() {
  kill();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string RedisServer::url() const {
  const std::string scheme = options_.tls ? "rediss://localhost:" : "redis://127.0.0.1:";
  return scheme + std::to_string(port_);
}

void RedisServer::configure() const {
  const std::string port = std::to_string(port_);
  std::ofstream file(folder_ / "redis.conf");
  file << "bind 127.0.0.1\nsave \"\"\ndir " << folder_.string() << "\nunixsocket "
       << (folder_ / "socket").string() << '\n';
  if (options_.tls) {
    file << "port 0\ntls-port " << port << "\ntls-auth-clients no\ntls-cert-file "
         << (folder_ / "server.pem").string() << "\ntls-key-file "
         << (folder_ / "server.key").string() << "\ntls-ca-cert-file " << ca_file().string()
         << '\n';
  } else {
    file << "port " << port << '\n';
  }
  for (const std::string& line : options_.settings) file << line << '\n';
}

void RedisServer::make_certificates() const {
  std::ofstream(folder_ / "names") << "subjectAltName=DNS:localhost\n";
  const auto openssl = [this](std::vector<std::string> words) {
    words.insert(words.begin(), "openssl");
    run_program(words, folder_ / "openssl.log");
  };
  const auto in = [this](const char* name) { return (folder_ / name).string(); };
  openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
           "-subj", "/CN=test authority", "-days", "2", "-keyout", in("ca.key"), "-out",
           in("ca.pem")});
  openssl({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
           "/CN=localhost", "-keyout", in("server.key"), "-out", in("server.csr")});
  openssl({"x509", "-req", "-in", in("server.csr"), "-CA", in("ca.pem"), "-CAkey", in("ca.key"),
           "-CAcreateserial", "-days", "2", "-extfile", in("names"), "-out", in("server.pem")});
}

void RedisServer::start() {
  std::error_code ignored;
  fs::remove(folder_ / "socket", ignored);
  server_ = spawn_program(
      {"setpriv", "--pdeathsig", "KILL", "--", options_.program, folder_ / "redis.conf"},
      folder_ / "server.log");
  if (wait_until_ready(server_, [this] { return ready(); })) return;
  throw std::runtime_error("Redis did not start: " + file_contents(folder_ / "server.log"));
}

// It listens to its socket after its port.
bool RedisServer::ready() const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = folder_ / "socket";
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool connected =
      ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return connected;
}

std::string RedisServer::run(std::vector<std::string> command) const {
  std::vector<std::string> words = {"redis-cli", "-s", folder_ / "socket"};
  words.insert(words.end(), std::make_move_iterator(command.begin()),
               std::make_move_iterator(command.end()));
  return run_program(words, folder_ / "cli.out");
}

void RedisServer::kill() {
  if (server_ == 0) return;
  ::kill(server_, SIGKILL);
  ::waitpid(server_, nullptr, 0);
  server_ = 0;
}

void RedisServer::pause() { ::kill(server_, SIGSTOP); }

void RedisServer::resume() { ::kill(server_, SIGCONT); }

}  // namespace quickclinic::testing
