#include "tests/support/websocket_client.hpp"
#include "transport/endpoint.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <spawn.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace quickclinic::testing {
namespace {

using transport::FileDescriptor;

// `tests/integration/activated_server.cpp` as a child that has `sockets` from descriptor 3 on.
class ActivatedServer {
 public:
  // `variables`: shell assignments; `$$` is the process itself, as systemd would name it.
  ActivatedServer(const std::vector<int>& sockets, const std::string& variables) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    complaints_ = FileDescriptor(ends[0]);
    const FileDescriptor complain(ends[1]);
    // Out of the way of the numbers that the child is to see.
    std::vector<FileDescriptor> high;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, complain.get(), 2);
    for (const int socket : sockets) {
      high.emplace_back(::fcntl(socket, F_DUPFD_CLOEXEC, 100));
      posix_spawn_file_actions_adddup2(&actions, high.back().get(),
                                       2 + static_cast<int>(high.size()));
    }
    std::string shell = "sh";
    std::string flag = "-c";
    std::string script = variables + " exec \"$0\" >/dev/null";
    std::string program = QUICKCLINIC_ACTIVATED_SERVER;
    const std::array<char*, 5> arguments{shell.data(), flag.data(), script.data(), program.data(),
                                         nullptr};
    const int failed =
        ::posix_spawn(&process_, "/bin/sh", &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) throw std::runtime_error("cannot start the server");
  }
  ~ActivatedServer() { stop(); }
  ActivatedServer(const ActivatedServer&) = delete;
  ActivatedServer& operator=(const ActivatedServer&) = delete;

  // Its exit code.
  int wait() {
    int status = -1;
    if (process_ > 0) ::waitpid(std::exchange(process_, 0), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  int stop() {
    if (process_ > 0) ::kill(process_, SIGTERM);
    return wait();
  }
  // What it has said to standard error; waits for its end.
  std::string complaint() {
    std::string text;
    std::array<char, 256> buffer;
    for (ssize_t got = 0; (got = ::read(complaints_.get(), buffer.data(), buffer.size())) > 0;) {
      text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return text;
  }

 private:
  pid_t process_ = 0;
  FileDescriptor complaints_;
};

FileDescriptor listening_port() {
  return transport::open_listening_socket({.host = "127.0.0.1"}).value();
}

TEST(InheritedSockets, CarryAServer) {
  const FileDescriptor port = listening_port();
  ActivatedServer server({port.get()}, "LISTEN_PID=$$ LISTEN_FDS=1");

  HttpClient client(transport::local_port(port.get()));
  WebSocketClient websocket(transport::local_port(port.get()));

  EXPECT_EQ(client.request("GET", "/").body, "unknown;");
  EXPECT_EQ(websocket.receive_text().substr(0, 2), "0{");
  EXPECT_EQ(server.stop(), 0);
}

TEST(InheritedSockets, MayBeSeveralWithNames) {
  std::string name = (std::filesystem::temp_directory_path() / "quickclinic-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(name.data());
  const std::string path = (folder / "socket").string();
  const FileDescriptor port = listening_port();
  const FileDescriptor file = transport::open_listening_socket({.host = "unix:" + path}).value();
  ActivatedServer server({port.get(), file.get()},
                         "LISTEN_PID=$$ LISTEN_FDS=2 LISTEN_FDNAMES=tcp:file");

  HttpClient over_port(transport::local_port(port.get()));
  HttpClient over_file{LoopbackSocket(path)};

  EXPECT_EQ(over_port.request("GET", "/").body, "tcp;file;");
  EXPECT_EQ(over_file.request("GET", "/").body, "tcp;file;");
  EXPECT_EQ(server.stop(), 0);
  EXPECT_TRUE(std::filesystem::exists(path));  // it is systemd's to remove
  std::filesystem::remove_all(folder);
}

TEST(InheritedSockets, AreNotTakenWhenTheyAreForAnotherProcess) {
  const FileDescriptor port = listening_port();
  ActivatedServer server({port.get()}, "LISTEN_PID=1 LISTEN_FDS=1");

  EXPECT_EQ(server.complaint(), "no sockets\n");
  EXPECT_EQ(server.wait(), 1);
}

std::string complaint_about(int socket, const std::string& variables) {
  ActivatedServer server({socket}, variables);
  return server.complaint();
}

TEST(InheritedSockets, AreRefusedWhenTheyDoNotListenOrAreNone) {
  const FileDescriptor port = listening_port();
  const FileDescriptor datagram(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const FileDescriptor deaf(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const FileDescriptor file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const std::string expected = "descriptor 3 (unknown) is no stream socket that listens";

  for (const int fd : {datagram.get(), deaf.get(), file.get()}) {
    EXPECT_NE(complaint_about(fd, "LISTEN_PID=$$ LISTEN_FDS=1").find(expected), std::string::npos);
  }
}

TEST(InheritedSockets, AreRefusedWhenTheirVariablesAreMalformed) {
  const FileDescriptor port = listening_port();
  const auto complaint = [&](const std::string& variables) {
    return complaint_about(port.get(), variables);
  };

  EXPECT_NE(complaint("LISTEN_PID=me LISTEN_FDS=1").find("LISTEN_PID is no number"),
            std::string::npos);
  EXPECT_NE(complaint("LISTEN_PID=$$ LISTEN_FDS=-1").find("LISTEN_FDS is no number up to 1024"),
            std::string::npos);
  EXPECT_NE(complaint("LISTEN_PID=$$ LISTEN_FDS=1025").find("LISTEN_FDS is no number up to 1024"),
            std::string::npos);
  EXPECT_NE(complaint("LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=a:b")
                .find("LISTEN_FDNAMES and LISTEN_FDS disagree"),
            std::string::npos);
  EXPECT_NE(complaint("LISTEN_PID=$$ LISTEN_FDS=2").find("descriptor 4 (unknown)"),
            std::string::npos);
}

}  // namespace
}  // namespace quickclinic::testing
