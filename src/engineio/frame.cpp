#include "engineio/frame.hpp"

#include <cstdint>
#include <utility>

namespace quickclinic::engineio {

Frame::Frame(std::string bytes, bool is_binary, bool compressible)
    : bytes_(std::move(bytes)), binary_(is_binary), compressible_(compressible) {
  // RFC 6455, section 5.2: FIN, opcode, then the length in its shortest form, right before the
  // payload.
  const std::uint64_t size = bytes_.size() - header_space;
  const unsigned char first = is_binary ? 0x82U : 0x81U;
  const auto put = [this](std::size_t at, std::uint64_t byte) {
    bytes_[at] = static_cast<char>(byte & 0xFFU);
  };
  if (size < 126) {
    header_ = header_space - 2;
    put(header_ + 1, size);
  } else if (size <= 0xFFFFU) {
    header_ = header_space - 4;
    put(header_ + 1, 126);
    put(header_ + 2, size >> 8U);
    put(header_ + 3, size);
  } else {
    header_ = header_space - 10;
    put(header_ + 1, 127);
    for (std::size_t i = 0; i < 8; ++i) put(header_ + 2 + i, size >> (8U * (7U - i)));
  }
  put(header_, first);
}

FramePtr Frame::text(std::string_view packet, bool compressible) {
  FrameBuilder builder(packet.size());
  builder.out() += packet;
  return builder.finish(compressible);
}

FramePtr Frame::binary(std::string_view bytes, bool compressible) {
  std::string framed;
  framed.reserve(header_space + bytes.size());
  framed.assign(header_space, '\0');
  framed += bytes;
  return std::make_shared<const Frame>(std::move(framed), true, compressible);
}

FramePtr Frame::deflated(std::string_view payload, bool is_binary) {
  std::string framed;
  framed.reserve(header_space + payload.size());
  framed.assign(header_space, '\0');
  framed += payload;
  auto frame = std::make_shared<Frame>(std::move(framed), is_binary, false);
  // RFC 7692, section 6: the first reserved bit tells that the message is compressed.
  const auto first = static_cast<unsigned char>(frame->bytes_[frame->header_]);
  frame->bytes_[frame->header_] = static_cast<char>(first | 0x40U);
  return frame;
}

FrameBuilder::FrameBuilder(std::size_t expected_bytes) {
  bytes_.reserve(Frame::header_space + expected_bytes);
  bytes_.assign(Frame::header_space, '\0');
}

FramePtr FrameBuilder::finish(bool compressible) {
  return std::make_shared<const Frame>(std::move(bytes_), false, compressible);
}

const FramePtr& ping_frame() {
  static const FramePtr frame = Frame::text("2");
  return frame;
}

const FramePtr& pong_frame() {
  static const FramePtr frame = Frame::text("3");
  return frame;
}

const FramePtr& noop_frame() {
  static const FramePtr frame = Frame::text("6");
  return frame;
}

const FramePtr& close_frame() {
  static const FramePtr frame = Frame::text("1");
  return frame;
}

const FramePtr& probe_answer_frame() {
  static const FramePtr frame = Frame::text("3probe");
  return frame;
}

}  // namespace quickclinic::engineio
