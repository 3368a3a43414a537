#include "cluster/redis/tls.hpp"

#include <boost/asio/ssl/context.hpp>

#include <utility>

namespace quickclinic::redis {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

namespace {

std::unexpected<Error> complain(std::string sentence, const error_code& error) {
  return fail(Condition::bad_request, std::move(sentence) + ": " + error.message());
}

}  // namespace

Result<TlsContext> make_tls_context(const TlsOptions& options) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  context->set_options(ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
  context->set_verify_mode(options.verify ? ssl::verify_peer : ssl::verify_none);
  error_code error;
  if (options.ca_file.empty()) {
    context->set_default_verify_paths(error);
    if (error) return complain("the system's certificate authorities cannot be read", error);
  } else {
    context->load_verify_file(options.ca_file, error);
    if (error) return complain("the file in ssl_ca_certs cannot be read", error);
  }
  if (!options.certificate_file.empty()) {
    context->use_certificate_chain_file(options.certificate_file, error);
    if (error) return complain("the file in ssl_certfile cannot be read", error);
    const std::string& key = options.key_file.empty() ? options.certificate_file : options.key_file;
    context->use_private_key_file(key, ssl::context::pem, error);
    if (error) return complain("the file in ssl_keyfile cannot be read", error);
  }
  return context;
}

}  // namespace quickclinic::redis
