#include "transport/deflater.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <zlib.h>

namespace quickclinic::transport {
namespace {

constexpr int memory_level = 8;  // zlib's own choice
constexpr std::size_t step_bytes_min = 256;
constexpr std::size_t input_bytes_max = std::numeric_limits<uInt>::max();

int window_argument(const DeflateParameters& parameters) noexcept {
  switch (parameters.format) {
    case DeflateFormat::raw:
      return -parameters.window_bits;
    case DeflateFormat::zlib:
      return parameters.window_bits;
    case DeflateFormat::gzip:
      return parameters.window_bits + 16;  // zlib.h, deflateInit2
  }
  return parameters.window_bits;
}

}  // namespace

void Deflater::Ending::operator()(z_stream_s* stream) const noexcept {
  deflateEnd(stream);
  delete stream;
}

Deflater::~Deflater() = default;

bool Deflater::begin() {
  if (stream_ != nullptr) return true;
  auto stream = std::make_unique<z_stream>();
  if (deflateInit2(stream.get(), parameters_.level, Z_DEFLATED, window_argument(parameters_),
                   memory_level, Z_DEFAULT_STRATEGY) != Z_OK) {
    return false;
  }
  stream_.reset(stream.release());
  return true;
}

bool Deflater::run(std::string_view bytes, int flush, std::string& out) {
  assert(bytes.size() <= input_bytes_max);
  z_stream& stream = *stream_;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // it only reads
  stream.avail_in = static_cast<uInt>(bytes.size());
  do {
    // Text shrinks to a third or so; what is left of the guess is given back by the last resize.
    const std::size_t before = out.size();
    const std::size_t step = std::max<std::size_t>(step_bytes_min, stream.avail_in / 2);
    out.resize(before + step);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = static_cast<uInt>(step);
    const int result = deflate(&stream, flush);
    out.resize(before + step - stream.avail_out);
    if (result == Z_STREAM_ERROR) return false;
  } while (stream.avail_out == 0);
  return stream.avail_in == 0;
}

bool Deflater::compress_alone(std::string_view bytes, std::string& out) {
  if (!begin()) return false;
  forget();  // here, so that it also follows a call that threw
  const std::size_t before = out.size();
  const bool done = run(bytes, Z_FINISH, out);
  if (!done) out.resize(before);
  return done;
}

void Deflater::forget() noexcept {
  if (stream_ != nullptr) deflateReset(stream_.get());
}

bool Deflater::compress_onward(std::string_view bytes, std::string& out) {
  return begin() && run(bytes, Z_SYNC_FLUSH, out);
}

}  // namespace quickclinic::transport
