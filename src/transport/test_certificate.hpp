#pragma once

#include <filesystem>

namespace quickclinic::transport {

/// For tests: a self-signed certificate for `localhost` with a fresh P-256 key, as two PEM files in
/// a folder of their own that goes with the object.
class TestCertificate {
 public:
  enum class Life { a_day, over };  ///< `over`: it has ended a minute ago
  explicit TestCertificate(Life life = Life::a_day);
  ~TestCertificate();
  TestCertificate(const TestCertificate&) = delete;
  TestCertificate& operator=(const TestCertificate&) = delete;

  std::filesystem::path certificate() const { return folder_ / "cert.pem"; }
  std::filesystem::path key() const { return folder_ / "key.pem"; }

 private:
  std::filesystem::path folder_;
};

}  // namespace quickclinic::transport
