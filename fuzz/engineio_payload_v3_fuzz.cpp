// A polling body of protocol 3 that can be read is the same packets again when they are put into a
// body, as text and as bytes. An input's first letter says how it was sent: `b` as bytes, else
// text.
#include "engineio/payload_v3.hpp"
#include "fuzz/fuzz_target.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace quickclinic::engineio;
using quickclinic::fuzz::require;
using Form = PayloadReaderV3::Form;

using Packets = std::vector<std::pair<std::string, bool>>;  // the packet; whether it is binary

// Nothing when the body is refused.
std::optional<Packets> read(std::string_view body, Form form) {
  PayloadReaderV3 reader(body, form);
  Packets packets;
  while (true) {
    const auto packet = reader.next();
    if (!packet) return std::nullopt;
    if (!*packet) break;
    require(!(*packet)->data.empty());
    packets.emplace_back((*packet)->data, (*packet)->binary);
    require(packets.size() <= body.size());
  }
  const auto after_the_end = reader.next();
  require(after_the_end && !*after_the_end);
  return packets;
}

void write_and_read(const std::vector<FramePtr>& frames, bool base64, const Packets& packets) {
  std::size_t announced = 0;
  for (const FramePtr& frame : frames) announced += payload_bytes_v3(*frame);
  const std::string body = encode_payload_v3(frames, base64);
  require(body.size() <= announced);
  require(!base64 || !is_payload_of_bytes(body));
  require(read(body, is_payload_of_bytes(body) ? Form::bytes : Form::text) == packets);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const Form form = input.starts_with('b') ? Form::bytes : Form::text;
  const auto packets = read(input.substr(input.empty() ? 0 : 1), form);
  if (!packets || packets->empty()) return 0;
  std::vector<FramePtr> frames;
  for (const auto& [bytes, binary] : *packets) {
    // What a server sends begins with its type, and only messages are binary.
    if (binary ? bytes.front() != '\x04' : bytes.front() < '0' || bytes.front() > '6') return 0;
    frames.push_back(binary ? Frame::binary(std::string_view(bytes).substr(1))
                            : Frame::text(bytes));
  }
  write_and_read(frames, false, *packets);
  write_and_read(frames, true, *packets);
  return 0;
}
