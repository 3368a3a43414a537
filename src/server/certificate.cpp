#include "server/certificate.hpp"

#include "base/clock.hpp"
#include "base/log.hpp"

#include <chrono>
#include <utility>

namespace quickclinic::server {
namespace {

using transport::TlsContext;

constexpr std::chrono::days soon{14};

bool has_ended(const TlsContext& context) { return context.expires_at() <= wall_now(); }

void warn_about(const TlsContext& context) {
  const std::string end = iso8601(context.expires_at());
  if (has_ended(context)) {
    log::warn("certificate has ended", {{"end", end}});
  } else if (context.expires_at() <= wall_now() + soon) {
    log::warn("certificate ends soon", {{"end", end}});
  }
}

}  // namespace

Certificate::Certificate(settings::TlsFiles files, TlsContext context)
    : files_(std::move(files)), context_(std::make_shared<const TlsContext>(std::move(context))) {}

Result<Certificate> Certificate::load(settings::TlsFiles files) {
  auto context = TlsContext::load(files.certificate, files.key);
  if (!context) return std::unexpected(context.error());
  warn_about(*context);
  return Certificate(std::move(files), std::move(*context));
}

bool Certificate::reload() {
  auto fresh = TlsContext::load(files_.certificate, files_.key);
  if (!fresh) {
    log::error("certificate not reloaded, the old one stays", {{"error", fresh.error().context}});
    return false;
  }
  if (has_ended(*fresh) && !has_ended(*context_)) {
    log::error("certificate not reloaded, the old one stays",
               {{"error", "the new one has ended"}, {"end", iso8601(fresh->expires_at())}});
    return false;
  }
  context_ = std::make_shared<const TlsContext>(std::move(*fresh));
  log::info("certificate reloaded", {{"end", iso8601(context_->expires_at())}});
  warn_about(*context_);
  return true;
}

}  // namespace quickclinic::server
