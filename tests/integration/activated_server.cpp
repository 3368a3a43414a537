// A server on the sockets that it has inherited. `GET /` answers their names, then what of the
// hand-over a child of this process could still see: the variable LISTEN_FDS, and each descriptor
// that is not close-on-exec.
#include "transport/inherited_sockets.hpp"
#include "transport/run.hpp"

#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <utility>

int main() {
  using namespace quickclinic::transport;

  auto sockets = take_inherited_sockets();
  if (!sockets || sockets->empty()) {
    std::fprintf(stderr, "%s\n", sockets ? "no sockets" : sockets.error().describe().c_str());
    return 1;
  }
  std::string text;
  for (const InheritedSocket& socket : *sockets) {
    text += socket.name + ";";
    if ((::fcntl(socket.endpoint.bound_fd, F_GETFD) & FD_CLOEXEC) == 0) text += "leaks;";
  }
  if (std::getenv("LISTEN_FDS") != nullptr) text += "LISTEN_FDS;";

  Options options;
  options.shards = 2;
  options.endpoint = sockets->front().endpoint;
  for (std::size_t i = 1; i < sockets->size(); ++i)
    options.endpoints.push_back((*sockets)[i].endpoint);
  return run(std::move(options), [&text](Shard& shard) {
    shard.set_http_handler([&text](const Visit&, const Responder& respond) {
      respond({.status = 200, .headers = {}, .body = text});
    });
  });
}
