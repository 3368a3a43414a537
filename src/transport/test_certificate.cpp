#include "transport/test_certificate.hpp"

#include "base/random.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>

namespace quickclinic::transport {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

constexpr long day_seconds = 24L * 60 * 60;

Owned<X509> self_signed(EVP_PKEY* key, long seconds_left) {
  Owned<X509> certificate(X509_new());
  X509_set_version(certificate.get(), 2);  // X.509 v3
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -day_seconds);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), seconds_left);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  if (X509_sign(certificate.get(), key, EVP_sha256()) == 0) throw std::runtime_error("cannot sign");
  return certificate;
}

}  // namespace

TestCertificate::TestCertificate(Life life)
    : folder_(std::filesystem::temp_directory_path() / ("quickclinic-test-" + random_token(12))) {
  std::filesystem::create_directory(folder_);
  const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  const Owned<X509> signed_by_itself =
      self_signed(key.get(), life == Life::over ? -60 : day_seconds);
  const Owned<BIO> key_file(BIO_new_file(this->key().c_str(), "w"));
  const Owned<BIO> certificate_file(BIO_new_file(certificate().c_str(), "w"));
  PEM_write_bio_PrivateKey(key_file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  PEM_write_bio_X509(certificate_file.get(), signed_by_itself.get());
}

TestCertificate::~TestCertificate() {
  std::error_code ignored;  // a folder left behind in /tmp harms nobody
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace quickclinic::transport
