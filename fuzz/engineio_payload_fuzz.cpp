// A polling body that can be read is the same packets again when they are put into a body.
#include "engineio/payload.hpp"
#include "fuzz/fuzz_target.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace quickclinic::engineio;
using quickclinic::fuzz::require;

using Packets = std::vector<std::pair<std::string, bool>>;  // the packet; whether it is binary

// Nothing when the body is refused.
std::optional<Packets> read(std::string_view body) {
  PayloadReader reader(body);
  Packets packets;
  for (;;) {
    const auto packet = reader.next();
    if (!packet) return std::nullopt;
    if (!*packet) break;
    packets.emplace_back((*packet)->data, (*packet)->binary);
    require(packets.size() <= body.size() + 1);
  }
  const auto after_the_end = reader.next();
  require(after_the_end && !*after_the_end);
  return packets;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto packets = read(body);
  if (!packets) return 0;
  std::string again;
  std::size_t announced = 0;
  for (const auto& [bytes, binary] : *packets) {
    require(binary || !bytes.empty());
    const FramePtr frame = binary ? Frame::binary(bytes) : Frame::text(bytes);
    require(frame->packet() == bytes);
    announced += payload_bytes(*frame);
    append_to_payload(again, *frame);
  }
  require(again.size() <= announced);
  require(read(again) == packets);
  return 0;
}
