#pragma once

#include "base/result.hpp"
#include "cluster/redis/redis_url.hpp"

#include <memory>
#include <string>

namespace boost::asio::ssl {
class context;
}

namespace quickclinic::redis {

/// What connections over TLS share. Null where there is no TLS.
using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

/// Reads the files that `options` name. A failure is a sentence for who wrote the settings.
Result<TlsContext> make_tls_context(const TlsOptions& options);

}  // namespace quickclinic::redis
