#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <filesystem>
#include <memory>

struct ssl_ctx_st;

namespace quickclinic::transport {

/// A certificate and the rules for TLS: 1.3, or 1.2 with forward secrecy and authenticated
/// encryption; no renegotiation, no compression, HTTP/1.1 by ALPN.
///
/// Never changed; a new certificate is another context. The shards share it, and it is safe to make
/// streams from it in several threads at once. A stream keeps what it needs alive, so the context
/// may go before its streams.
class TlsContext {
 public:
  /// Reads a PEM chain, leaf first, and its PEM key. `bad_certificate` names the file, and says
  /// whether it cannot be read or whether the two do not belong together.
  static Result<TlsContext> load(const std::filesystem::path& certificate,
                                 const std::filesystem::path& key);

  /// When the leaf ends.
  WallTime expires_at() const noexcept { return expires_at_; }

  ssl_ctx_st* get() const noexcept { return context_.get(); }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const noexcept;
  };
  TlsContext() = default;

  std::unique_ptr<ssl_ctx_st, Free> context_;
  WallTime expires_at_{};
};

}  // namespace quickclinic::transport
