#include "transport/handover.hpp"

#include "transport/transport_error.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <utility>
#include <vector>

namespace quickclinic::transport {
namespace {

using State = Successor::State;

// Listens on a free port of the loopback device; the test takes the descriptor over.
int listening() { return open_listening_socket({.host = "127.0.0.1"}).value().release(); }

InheritedSocket left(std::string name, int fd) { return {std::move(name), {.bound_fd = fd}}; }

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

// What the program of `script` comes to, which has QUICKCLINIC_HANDOVER as a successor has it.
State outcome_of(const std::string& script) {
  Result<Successor> successor = Successor::start("/bin/sh", {"sh", "-c", script}, {});
  return successor.value().look_within(std::chrono::seconds(20));
}

TEST(SuccessorStart, SaysWhyThereIsNoProcess) {
  const auto started = Successor::start("/no/such/program", {"program"}, {});

  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, TransportError::cannot_start);
  EXPECT_NE(started.error().describe().find("No such file"), std::string::npos);
}

TEST(SuccessorState, IsServingOnceTheProcessHasSaidSo) {
  EXPECT_EQ(outcome_of("echo >/proc/self/fd/${QUICKCLINIC_HANDOVER%% *}; sleep 0.01"),
            State::serving);
}

TEST(SuccessorState, IsFailedWhenTheProcessEndsBefore) {
  EXPECT_EQ(outcome_of("exit 0"), State::failed);
}

TEST(SuccessorState, IsStartingUntilThen) {
  Successor successor = Successor::start("/bin/sh", {"sh", "-c", "exec sleep 60"}, {}).value();

  EXPECT_EQ(successor.look_within(std::chrono::milliseconds(0)), State::starting);

  successor.give_up();
  EXPECT_EQ(successor.look_within(std::chrono::milliseconds(0)), State::failed);
  EXPECT_NE(::kill(successor.process(), 0), 0);
}

TEST(SuccessorStart, LeavesTheSocketsAndTheirNamesAndNoOtherDescriptor) {
  const FileDescriptor socket(listening());
  const FileDescriptor secret(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const std::string script =
      "test \"${QUICKCLINIC_HANDOVER#* }\" = \"a_b=" + std::to_string(socket.get()) +
      "\" && test -S /proc/self/fd/" + std::to_string(socket.get()) +
      " && test ! -e /proc/self/fd/" + std::to_string(secret.get()) +
      " && echo >/proc/self/fd/${QUICKCLINIC_HANDOVER%% *}";

  Result<Successor> successor =
      Successor::start("/bin/sh", {"sh", "-c", script}, {{"a b", socket.get()}});

  EXPECT_EQ(successor.value().look_within(std::chrono::seconds(20)), State::serving);
}

// Sets the variable as a predecessor would.
class PredecessorFind : public ::testing::Test {
 protected:
  static Result<Predecessor> find(const std::string& value) {
    ::setenv("QUICKCLINIC_HANDOVER", value.c_str(), 1);
    return Predecessor::find();
  }
};

TEST_F(PredecessorFind, TakesSocketsAndTellsWhenItServes) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const FileDescriptor read_end(pipe[0]);
  const FileDescriptor socket(listening());

  auto found =
      find(std::to_string(pipe[1]) + " handed-over-0=" + std::to_string(socket.get())).value();

  ASSERT_EQ(found.sockets().size(), 1U);
  EXPECT_EQ(found.sockets().front().name, "handed-over-0");
  EXPECT_EQ(found.sockets().front().endpoint.bound_fd, socket.get());
  EXPECT_EQ(::fcntl(socket.get(), F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(std::getenv("QUICKCLINIC_HANDOVER"), nullptr);
  found.tell_that_it_serves();
  char byte = 0;
  EXPECT_EQ(::read(read_end.get(), &byte, 1), 1);
  EXPECT_EQ(::read(read_end.get(), &byte, 1), 0);
}

TEST_F(PredecessorFind, FindsNobodyWithoutTheVariable) {
  ::unsetenv("QUICKCLINIC_HANDOVER");

  EXPECT_TRUE(Predecessor::find().value().sockets().empty());
}

TEST_F(PredecessorFind, RefusesWhatIsMalformed) {
  for (const char* value : {"", "x", "0", "999999", "-1"}) {
    const auto found = find(value);

    ASSERT_FALSE(found) << value;
    EXPECT_EQ(found.error().code, TransportError::bad_inherited_socket) << value;
  }
}

TEST_F(PredecessorFind, RefusesWhatDoesNotListen) {
  const int word = ::open("/dev/null", O_WRONLY);
  const FileDescriptor file(::open("/dev/null", O_RDONLY));

  const auto found = find(std::to_string(word) + " name=" + std::to_string(file.get()));

  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, TransportError::bad_inherited_socket);
  EXPECT_FALSE(is_open(word));
}

TEST(Adopt, GivesSocketsToTheEndpointThatIsWhereTheyAre) {
  const int first = listening();
  const int second = listening();
  Options options;
  options.endpoint = {.host = "127.0.0.1", .port = local_port(first)};
  options.endpoints = {{.host = "127.0.0.1", .port = local_port(second)}};

  // The second has come into the place of another that there is no more.
  adopt({left("handed-over-0", first), left("handed-over-2", second)}, options);

  EXPECT_EQ(options.endpoint.inherited_fds, std::vector{first});
  EXPECT_EQ(options.endpoints.front().inherited_fds, std::vector{second});
  ::close(first);
  ::close(second);
}

TEST(Adopt, TakesAnyPortWhereTheKernelChooses) {
  const int socket = listening();
  Options options;
  options.endpoint = {.host = "127.0.0.1"};

  adopt({left("handed-over-0", socket)}, options);

  EXPECT_EQ(options.endpoint.inherited_fds, std::vector{socket});
  ::close(socket);
}

TEST(Adopt, ClosesWhatNobodyWantsAnyMore) {
  const int port_before = listening();
  const int address_before = listening();
  Options options;
  options.endpoint = {.host = "0.0.0.0", .port = local_port(address_before)};

  adopt({left("handed-over-0", port_before), left("handed-over-0", address_before)}, options);

  EXPECT_TRUE(options.endpoint.inherited_fds.empty());
  EXPECT_FALSE(is_open(port_before));
  EXPECT_FALSE(is_open(address_before));
}

TEST(Adopt, ListensWhereAServiceManagerDoes) {
  const FileDescriptor first(listening());
  const FileDescriptor second(listening());
  Options options;
  options.endpoint = {.host = "192.0.2.1", .port = 1};

  adopt({left("quickclinic.socket", first.get()), left("unknown", second.get())}, options);

  EXPECT_EQ(options.endpoint.bound_fd, first.get());
  EXPECT_EQ(options.endpoint.name, "quickclinic.socket");
  ASSERT_EQ(options.endpoints.size(), 1U);
  EXPECT_EQ(options.endpoints.front().bound_fd, second.get());
}

}  // namespace
}  // namespace quickclinic::transport
