#include "base/random.hpp"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace quickclinic {
namespace {

void from_kernel(std::byte* target, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::getrandom(target, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      std::fputs("quickclinic: the kernel gave no random bytes\n", stderr);
      std::abort();
    }
    target += got;
    size -= static_cast<std::size_t>(got);
  }
}

// A handshake needs 40 bytes; one system call serves a hundred of them. Bytes are wiped once handed
// out.
struct Pool {
  std::array<std::byte, 4096> bytes;
  std::size_t used = sizeof bytes;
};

thread_local Pool pool;

}  // namespace

void random_bytes(std::span<std::byte> bytes) {
  if (bytes.size() > pool.bytes.size()) {
    from_kernel(bytes.data(), bytes.size());
    return;
  }
  if (pool.bytes.size() - pool.used < bytes.size()) {
    from_kernel(pool.bytes.data(), pool.bytes.size());
    pool.used = 0;
  }
  std::memcpy(bytes.data(), pool.bytes.data() + pool.used, bytes.size());
  std::memset(pool.bytes.data() + pool.used, 0, bytes.size());
  pool.used += bytes.size();
}

std::string random_token(std::size_t length) {
  static constexpr char alphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string token(length, '\0');
  random_bytes(std::as_writable_bytes(std::span(token)));
  for (char& c : token) c = alphabet[static_cast<unsigned char>(c) & 63U];
  return token;
}

std::uint64_t random_below(std::uint64_t bound) {
  // Values past the last whole multiple of `bound` are thrown away, so that none is favoured.
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  std::uint64_t value = 0;
  do {
    random_bytes(std::as_writable_bytes(std::span(&value, 1)));
  } while (value >= limit);
  return value % bound;
}

}  // namespace quickclinic
