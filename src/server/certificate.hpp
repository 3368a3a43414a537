#pragma once

#include "base/result.hpp"
#include "server/settings/settings.hpp"
#include "transport/tls_context.hpp"

#include <memory>

namespace quickclinic::server {

/// The server's certificate and key, as they stand in their files and as they are in use. One
/// thread.
class Certificate {
 public:
  /// Fails with a sentence for the operator, which names the file. Whether the certificate has
  /// ended, or will within two weeks, is logged.
  static Result<Certificate> load(settings::TlsFiles files);

  const std::shared_ptr<const transport::TlsContext>& context() const noexcept { return context_; }

  /// Reads the files again. False, and a line in the log, when they cannot be used, do not belong
  /// together, or have ended while the old one has not; then the old one stays in use.
  bool reload();

 private:
  Certificate(settings::TlsFiles files, transport::TlsContext context);

  settings::TlsFiles files_;
  std::shared_ptr<const transport::TlsContext> context_;  // owners: this, and the shards
};

}  // namespace quickclinic::server
