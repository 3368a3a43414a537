#include "transport/tls_context.hpp"

#include "transport/transport_error.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <string_view>

namespace quickclinic::transport {
namespace {

using namespace std::string_view_literals;

std::unexpected<Error> refuse(std::string words) {
  if (const char* reason = ERR_reason_error_string(ERR_peek_last_error())) {
    words += std::string(": ") + reason;
  }
  ERR_clear_error();
  return fail(TransportError::bad_certificate, std::move(words));
}

// RFC 7301: of what the client offers we speak HTTP/1.1 only. An offer without it is answered by
// the alert.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned offered_size, void*) {
  static constexpr std::string_view http = "\x08http/1.1"sv;
  unsigned char* found = nullptr;
  const int outcome = SSL_select_next_proto(
      &found, chosen_size, reinterpret_cast<const unsigned char*>(http.data()),
      static_cast<unsigned>(http.size()), offered, offered_size);
  if (outcome != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

void set_rules(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");  // of 1.2; 1.3 has no others
  SSL_CTX_set_options(
      context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                   // A cut connection is an end like any other: framing tells what is missing.
                   SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);  // an idle connection owns no buffer
  SSL_CTX_set_session_cache_mode(context,
                                 SSL_SESS_CACHE_OFF);  // tickets resume without memory here
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
}

WallTime end_of(const X509* certificate) {
  std::tm time{};
  if (certificate == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &time) != 1) {
    return {};
  }
  return WallTime() + std::chrono::seconds(::timegm(&time));
}

}  // namespace

void TlsContext::Free::operator()(ssl_ctx_st* context) const noexcept { SSL_CTX_free(context); }

Result<TlsContext> TlsContext::load(const std::filesystem::path& certificate,
                                    const std::filesystem::path& key) {
  ERR_clear_error();
  TlsContext result;
  result.context_.reset(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* context = result.get();
  if (context == nullptr) return refuse("OpenSSL has no context to give");
  set_rules(context);
  if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1) {
    return refuse("cannot use the certificate " + certificate.string());
  }
  if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1) {
    // Of another kind than the certificate's: another code, the same mistake.
    const int reason = ERR_GET_REASON(ERR_peek_last_error());
    const bool other = reason == X509_R_KEY_VALUES_MISMATCH || reason == X509_R_KEY_TYPE_MISMATCH;
    if (other) ERR_clear_error();
    return refuse(other ? "the key " + key.string() + " is not that of " + certificate.string()
                        : "cannot use the key " + key.string());
  }
  result.expires_at_ = end_of(SSL_CTX_get0_certificate(context));
  return result;
}

}  // namespace quickclinic::transport
