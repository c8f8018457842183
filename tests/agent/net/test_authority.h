// TestAuthority makes certificates, good and bad ones, at the time of the test.
//
// Threads    One test at a time.
// Ownership  Keys and certificates are text (PEM); nothing is written to a disk here.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

struct evp_pkey_st;
struct x509_st;

namespace tailrace {

struct TestCertificate {
  std::string certificate;  // PEM; may have a chain behind it.
  std::string key;
};

struct TestLeaf {
  std::string subject = "leaf";                    // Its common name.
  std::string names = "DNS:es.test,IP:127.0.0.1";  // As openssl.cnf writes them; "": none.
  int64_t valid_from_seconds = -3600;              // From now.
  int64_t valid_to_seconds = 3600;
  std::string usage = "serverAuth,clientAuth";
  int rsa_bits = 0;  // 0: an elliptic key.
};

class TestAuthority {
 public:
  explicit TestAuthority(const std::string& subject, int64_t valid_to_seconds = 86400);
  ~TestAuthority();

  std::string certificate() const;
  TestCertificate Issue(const TestLeaf& leaf) const;

 private:
  std::shared_ptr<evp_pkey_st> key_;
  std::shared_ptr<x509_st> certificate_;
};

TestCertificate SelfSigned(const TestLeaf& leaf);

// `key` with a passphrase.
std::string Encrypted(const std::string& key);

}  // namespace tailrace
