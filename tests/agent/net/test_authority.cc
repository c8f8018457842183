#include "tests/agent/net/test_authority.h"

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "agent/base/check.h"

namespace tailrace {
namespace {

using KeyPtr = std::shared_ptr<EVP_PKEY>;
using CertificatePtr = std::shared_ptr<X509>;

KeyPtr MakeKey(int rsa_bits) {
  EVP_PKEY* const key =
      rsa_bits > 0 ? EVP_RSA_gen(static_cast<unsigned>(rsa_bits)) : EVP_EC_gen("P-256");
  CHECK(key != nullptr);
  return {key, EVP_PKEY_free};
}

std::string TakeText(BIO* bio) {
  std::string text(BIO_ctrl_pending(bio), '\0');
  BIO_read(bio, text.data(), static_cast<int>(text.size()));
  BIO_free(bio);
  return text;
}

std::string CertificateText(X509* certificate) {
  BIO* const bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, certificate);
  return TakeText(bio);
}

std::string KeyText(EVP_PKEY* key) {
  BIO* const bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  return TakeText(bio);
}

void AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  CHECK(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

CertificatePtr NewCertificate(const TestLeaf& leaf, EVP_PKEY* key) {
  CertificatePtr made(X509_new(), X509_free);
  X509_set_version(made.get(), X509_VERSION_3);
  int64_t serial = 0;
  CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), 7) == 1);
  ASN1_INTEGER_set_int64(X509_get_serialNumber(made.get()), serial + 1);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), leaf.valid_from_seconds);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), leaf.valid_to_seconds);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(leaf.subject.c_str()), -1, -1,
                             0);
  X509_set_pubkey(made.get(), key);
  return made;
}

void AddLeafExtensions(X509* certificate, X509* issuer, const TestLeaf& leaf) {
  if (!leaf.names.empty()) AddExtension(certificate, issuer, NID_subject_alt_name, leaf.names);
  AddExtension(certificate, issuer, NID_ext_key_usage, leaf.usage);
}

}  // namespace

TestAuthority::TestAuthority(const std::string& subject, int64_t valid_to_seconds)
    : key_(MakeKey(0)) {
  TestLeaf own;
  own.subject = subject;
  own.valid_from_seconds = -7200;
  own.valid_to_seconds = valid_to_seconds;
  certificate_ = NewCertificate(own, key_.get());
  X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
  AddExtension(certificate_.get(), certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(certificate_.get(), certificate_.get(), NID_key_usage, "critical,keyCertSign");
  CHECK(X509_sign(certificate_.get(), key_.get(), EVP_sha256()) > 0);
}

TestAuthority::~TestAuthority() = default;

std::string TestAuthority::certificate() const { return CertificateText(certificate_.get()); }

TestCertificate TestAuthority::Issue(const TestLeaf& leaf) const {
  const KeyPtr key = MakeKey(leaf.rsa_bits);
  const CertificatePtr made = NewCertificate(leaf, key.get());
  X509_set_issuer_name(made.get(), X509_get_subject_name(certificate_.get()));
  AddLeafExtensions(made.get(), certificate_.get(), leaf);
  CHECK(X509_sign(made.get(), key_.get(), EVP_sha256()) > 0);
  return {CertificateText(made.get()), KeyText(key.get())};
}

TestCertificate SelfSigned(const TestLeaf& leaf) {
  const KeyPtr key = MakeKey(leaf.rsa_bits);
  const CertificatePtr made = NewCertificate(leaf, key.get());
  X509_set_issuer_name(made.get(), X509_get_subject_name(made.get()));
  AddLeafExtensions(made.get(), made.get(), leaf);
  CHECK(X509_sign(made.get(), key.get(), EVP_sha256()) > 0);
  return {CertificateText(made.get()), KeyText(key.get())};
}

std::string Encrypted(const std::string& key) {
  BIO* const input = BIO_new_mem_buf(key.data(), static_cast<int>(key.size()));
  EVP_PKEY* const plain = PEM_read_bio_PrivateKey(input, nullptr, nullptr, nullptr);
  BIO_free(input);
  BIO* const output = BIO_new(BIO_s_mem());
  unsigned char phrase[] = "phrase";
  PEM_write_bio_PKCS8PrivateKey(output, plain, EVP_aes_128_cbc(), reinterpret_cast<char*>(phrase),
                                6, nullptr, nullptr);
  EVP_PKEY_free(plain);
  return TakeText(output);
}

}  // namespace tailrace
