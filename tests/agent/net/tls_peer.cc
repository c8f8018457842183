#include "tests/agent/net/tls_peer.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <csignal>
#include <utility>

#include "agent/base/check.h"

namespace tailrace {
namespace {

BIO* TextBio(const std::string& text) {
  return BIO_new_mem_buf(text.data(), static_cast<int>(text.size()));
}

void ShowCertificate(SSL_CTX* context, const TestCertificate& certificate) {
  BIO* const certificates = TextBio(certificate.certificate);
  X509* leaf = PEM_read_bio_X509(certificates, nullptr, nullptr, nullptr);
  CHECK(SSL_CTX_use_certificate(context, leaf) == 1);
  X509_free(leaf);
  while (X509* next = PEM_read_bio_X509(certificates, nullptr, nullptr, nullptr)) {
    SSL_CTX_add0_chain_cert(context, next);
  }
  BIO_free(certificates);
  BIO* const keys = TextBio(certificate.key);
  EVP_PKEY* const key = PEM_read_bio_PrivateKey(keys, nullptr, nullptr, nullptr);
  BIO_free(keys);
  CHECK(SSL_CTX_use_PrivateKey(context, key) == 1);
  EVP_PKEY_free(key);
}

void AskForCertificate(SSL_CTX* context, const std::string& authority) {
  BIO* const bio = TextBio(authority);
  X509* const trusted = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context), trusted);
  X509_free(trusted);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

}  // namespace

TlsPeer::TlsPeer(ScriptedPeer peer, const TlsPeerOptions& options)
    : peer_(std::move(peer)), context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free) {
  // OpenSSL writes with write().
  std::signal(SIGPIPE, SIG_IGN);
  const timeval guard{30, 0};
  ::setsockopt(peer_.fd(), SOL_SOCKET, SO_RCVTIMEO, &guard, sizeof guard);
  // So that the client is what refuses weak keys and old versions.
  SSL_CTX_set_security_level(context_.get(), 0);
  SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
  if (options.max_version != 0) {
    SSL_CTX_set_max_proto_version(context_.get(), options.max_version);
  }
  ShowCertificate(context_.get(), options.certificate);
  if (!options.client_authority.empty())
    AskForCertificate(context_.get(), options.client_authority);
  ssl_ = {SSL_new(context_.get()), SSL_free};
  SSL_set_fd(ssl_.get(), peer_.fd());
}

TlsPeer::~TlsPeer() { ERR_clear_error(); }

bool TlsPeer::Shake() { return SSL_accept(ssl_.get()) == 1; }

std::string TlsPeer::asked_name() const {
  const char* const name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? "" : name;
}

std::string TlsPeer::client_name() const {
  const X509* const certificate = SSL_get0_peer_certificate(ssl_.get());
  if (certificate == nullptr) return "";
  char name[128] = "";
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
  return name;
}

std::string TlsPeer::ReadMessage() {
  std::string message;
  size_t whole = std::string::npos;
  char buffer[16 << 10];
  while (message.size() < whole) {
    const int got = SSL_read(ssl_.get(), buffer, sizeof buffer);
    if (got <= 0) break;
    message.append(buffer, static_cast<size_t>(got));
    const size_t head = message.find("\r\n\r\n");
    if (whole != std::string::npos || head == std::string::npos) continue;
    const size_t length = message.find("Content-Length: ");
    whole = head + 4 + (length < head ? std::stoul(message.substr(length + 16)) : 0);
  }
  return message;
}

bool TlsPeer::Write(std::string_view bytes) {
  return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) ==
         static_cast<int>(bytes.size());
}

std::string TlsPeer::ReadToEnd() {
  std::string all;
  char buffer[16 << 10];
  int got = 0;
  while ((got = SSL_read(ssl_.get(), buffer, sizeof buffer)) > 0) {
    all.append(buffer, static_cast<size_t>(got));
  }
  return all;
}

void TlsPeer::EndWriting() { SSL_shutdown(ssl_.get()); }
void TlsPeer::Close() { peer_.Close(); }

}  // namespace tailrace
