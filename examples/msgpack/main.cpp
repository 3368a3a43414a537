// A server whose clients speak MessagePack: for many numbers and bytes, it is smaller than text.
#include <cstdint>
#include <memory>
#include <quickclinic/socketio.hpp>
#include <string>
#include <vector>

namespace {

using namespace quickclinic;
using socketio::Bytes;

struct Reading {
  std::string sensor;
  std::vector<double> values;
  Bytes raw;
};
BOOST_DESCRIBE_STRUCT(Reading, (), (sensor, values, raw))

struct Summary {
  double mean = 0;
  std::size_t bytes = 0;
};
BOOST_DESCRIBE_STRUCT(Summary, (), (mean, bytes))

// Handlers know nothing of the encoding.
void set_up(transport::Shard& shard) {
  shard.io().of("/").on("reading", [](const Reading& reading) -> Result<Summary> {
    if (reading.values.empty()) return fail(Condition::bad_request, "no values");
    double sum = 0;
    for (const double value : reading.values) sum += value;
    return Summary{sum / static_cast<double>(reading.values.size()), reading.raw.data.size()};
  });
}

}  // namespace

int main(int argc, char** argv) {
  transport::Options options;
  options.endpoint.host = "127.0.0.1";
  options.endpoint.port = static_cast<std::uint16_t>(argc > 1 ? std::stoi(argv[1]) : 3000);
  options.socket.parser = std::make_shared<socketio::MsgpackParser>();
  return transport::run(options, set_up);
}
