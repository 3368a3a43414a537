#include "transport/inflater.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <new>
#include <zlib.h>

namespace quickclinic::transport {
namespace {

constexpr std::size_t step_bytes_min = 1024;
constexpr std::size_t step_bytes_max = std::size_t{64} * 1024;
// A sender that cannot flush ends its stream once a message (RFC 7692, section 7.2.3.4). Each end
// costs a copy of the window, so a message of nothing but ends has to be stopped.
constexpr unsigned streams_max = 16;
// RFC 7692, section 7.2.1: what the sender has left out.
constexpr std::string_view tail("\x00\x00\xff\xff", 4);
constexpr int at_block_boundary = 128;  // zlib.h, inflate, of `data_type`

}  // namespace

void Inflater::Ending::operator()(z_stream_s* stream) const noexcept {
  inflateEnd(stream);
  delete stream;
}

Inflater::~Inflater() = default;

void Inflater::begin() {
  if (stream_ != nullptr) return;
  auto stream = std::make_unique<z_stream>();
  if (inflateInit2(stream.get(), -window_bits_) != Z_OK) throw std::bad_alloc();
  stream_.reset(stream.release());
}

// What follows the end of a stream may still refer to what was before it.
bool Inflater::begin_next_stream() {
  if (++streams_ended_ > streams_max) return false;
  std::array<Bytef, 32768> window;
  uInt size = 0;
  return inflateGetDictionary(stream_.get(), window.data(), &size) == Z_OK &&
         inflateReset(stream_.get()) == Z_OK &&
         (size == 0 || inflateSetDictionary(stream_.get(), window.data(), size) == Z_OK);
}

Inflater::Stop Inflater::run(std::string_view input, std::size_t bytes_max, std::string& out) {
  z_stream& stream = *stream_;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));  // it only reads
  stream.avail_in = static_cast<uInt>(input.size());
  while (true) {
    // One byte more than may come out, to see that it does.
    const std::size_t before = out.size();
    const std::size_t step = std::min(bytes_max + 1 - before,
                                      std::clamp(input.size() * 2, step_bytes_min, step_bytes_max));
    out.resize(before + step);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = static_cast<uInt>(step);
    const int result = inflate(&stream, Z_SYNC_FLUSH);
    out.resize(before + step - stream.avail_out);
    if (out.size() > bytes_max) return Stop::too_large;
    if (result == Z_STREAM_END) {
      if (stream.avail_in == 0) return Stop::stream_ended;
      if (!begin_next_stream()) return Stop::corrupt;
      continue;
    }
    if (result == Z_MEM_ERROR) throw std::bad_alloc();
    // Z_BUF_ERROR: there was nothing more to do.
    if (result != Z_OK && result != Z_BUF_ERROR) return Stop::corrupt;
    if (stream.avail_in == 0 && stream.avail_out != 0) return Stop::input_taken;
  }
}

Inflater::Outcome Inflater::inflate_message(std::string_view payload, Context context,
                                            std::size_t bytes_max, std::string& out) {
  assert(payload.size() <= std::numeric_limits<uInt>::max());
  begin();
  if (context == Context::forgotten) inflateReset(stream_.get());
  streams_ended_ = 0;
  Stop stop = run(payload, bytes_max, out);
  if (stop == Stop::input_taken) {
    stop = run(tail, bytes_max, out);
    if (stop == Stop::input_taken && (stream_->data_type & at_block_boundary) == 0) {
      return Outcome::corrupt;  // cut off in the middle
    }
  } else if (stop == Stop::stream_ended && !begin_next_stream()) {
    return Outcome::corrupt;
  }
  if (stop == Stop::too_large) return Outcome::too_large;
  return stop == Stop::corrupt ? Outcome::corrupt : Outcome::done;
}

}  // namespace quickclinic::transport
