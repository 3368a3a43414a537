#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <memory>

struct ssl_ctx_st;

namespace quickclinic::transport {

/// The server's certificate and its rules for TLS: 1.2 and later, no renegotiation, no compression,
/// HTTP/1.1 by ALPN.
///
/// Loaded once at start; the shards share it, and it is safe to make streams from it in several
/// threads at once. A stream keeps what it needs alive, so the context may go before its streams.
class TlsContext {
 public:
  /// Reads a PEM chain, leaf first, and its PEM key. `bad_certificate` names the file, and says
  /// whether it cannot be read or whether the two do not belong together.
  static Result<TlsContext> load(const std::filesystem::path& certificate,
                                 const std::filesystem::path& key);

  ssl_ctx_st* get() const noexcept { return context_.get(); }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const noexcept;
  };
  TlsContext() = default;

  std::unique_ptr<ssl_ctx_st, Free> context_;
};

}  // namespace quickclinic::transport
