#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct z_stream_s;

namespace quickclinic::transport {

/// Undoes the compression of WebSocket messages (RFC 7692, section 7.2.2), one after the other.
///
/// Takes its memory with the first message and keeps it: 7 KiB and the window, 39 KiB with the
/// largest. Not thread-safe.
class Inflater {
 public:
  /// `window_bits`: 8 to 15, at least what the sender uses.
  explicit Inflater(int window_bits) noexcept : window_bits_(window_bits) {}
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  enum class Outcome : std::uint8_t {
    done,
    too_large,  ///< more than `bytes_max` bytes would come out
    corrupt,    ///< not what a compressor makes
  };

  /// Whether what comes next refers to the messages before it.
  enum class Context : std::uint8_t { kept, forgotten };

  /// Appends what `payload` holds to the empty `out`, which never takes more than `bytes_max` bytes
  /// and a little. After anything but `done` the connection has to be closed. Throws
  /// std::bad_alloc.
  Outcome inflate_message(std::string_view payload, Context context, std::size_t bytes_max,
                          std::string& out);

 private:
  struct Ending {
    void operator()(z_stream_s* stream) const noexcept;
  };
  enum class Stop : std::uint8_t { input_taken, stream_ended, too_large, corrupt };

  void begin();
  Stop run(std::string_view input, std::size_t bytes_max, std::string& out);
  bool begin_next_stream();

  int window_bits_;
  unsigned streams_ended_ = 0;  // in this message
  std::unique_ptr<z_stream_s, Ending> stream_;
};

}  // namespace quickclinic::transport
