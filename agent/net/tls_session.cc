#include "agent/net/tls_session.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <utility>

#include "agent/base/check.h"
#include "agent/base/status.h"
#include "agent/base/strings.h"

namespace tailrace {
namespace {

bool IsAddress(const std::string& host) {
  in6_addr address;
  return ::inet_pton(AF_INET6, host.c_str(), &address) == 1 ||
         ::inet_pton(AF_INET, host.c_str(), &address) == 1;
}

}  // namespace

void TlsSession::Free::operator()(ssl_st* ssl) const { SSL_free(ssl); }

absl::StatusOr<std::unique_ptr<TlsSession>> TlsSession::Open(TlsContext& context,
                                                             const std::string& host,
                                                             MonotonicTime now) {
  ASSIGN_OR_RETURN(SSL_CTX * files, context.Current(now));
  const TlsOptions& options = context.options();
  SSL* const ssl = SSL_new(files);
  if (ssl == nullptr) return absl::ResourceExhaustedError("tls: OpenSSL makes no session");
  const std::string& name = options.server_name.empty() ? host : options.server_name;
  std::unique_ptr<TlsSession> session(new TlsSession(
      ssl, {name, !options.ca_file.empty(), !options.cert_file.empty()}, context.Generation(now)));
  BIO* const input = BIO_new(BIO_s_mem());
  BIO* const output = BIO_new(BIO_s_mem());
  if (input == nullptr || output == nullptr) {
    BIO_free(input);
    BIO_free(output);
    return absl::ResourceExhaustedError("tls: OpenSSL makes no buffers");
  }
  BIO_set_mem_eof_return(input, -1);  // Empty is not the end.
  SSL_set_bio(ssl, input, output);    // Takes both.
  SSL_set_connect_state(ssl);
  SSL_set_verify(ssl, options.insecure_skip_verify ? SSL_VERIFY_NONE : SSL_VERIFY_PEER,
                 options.insecure_skip_verify ? nullptr : OnVerified);
  RETURN_IF_ERROR(session->SetName(name));
  return session;
}

TlsSession::TlsSession(ssl_st* ssl, TlsExpectation expected, uint64_t generation)
    : ssl_(ssl), expected_(std::move(expected)), generation_(generation) {
  SSL_set_app_data(ssl, this);
}

TlsSession::~TlsSession() = default;

absl::Status TlsSession::SetName(const std::string& host) {
  if (IsAddress(host)) {
    // SNI has names only (RFC 6066 section 3).
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), host.c_str()) == 1) {
      return absl::OkStatus();
    }
  } else {
    // RFC 9525 section 2: a common name is no name of a host.
    SSL_set_hostflags(ssl_.get(),
                      X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    if (SSL_set1_host(ssl_.get(), host.c_str()) == 1 &&
        SSL_set_tlsext_host_name(ssl_.get(), host.c_str()) == 1) {
      return absl::OkStatus();
    }
  }
  ERR_clear_error();
  return absl::InvalidArgumentError(Concat({"tls: no name to verify: ", host}));
}

int TlsSession::OnVerified(int trusted, x509_store_ctx_st* store) {
  if (trusted == 1) return 1;
  const auto* ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* session = static_cast<TlsSession*>(SSL_get_app_data(ssl));
  session->certificate_status_ = DescribeBadCertificate(*store, session->expected_);
  return 0;
}

void TlsSession::Feed(std::string_view cipher) {
  const int taken =
      BIO_write(SSL_get_rbio(ssl_.get()), cipher.data(), static_cast<int>(cipher.size()));
  CHECK(taken == static_cast<int>(cipher.size()));
}

size_t TlsSession::output_bytes() const { return BIO_ctrl_pending(SSL_get_wbio(ssl_.get())); }

std::string TlsSession::TakeOutput() {
  std::string bytes(output_bytes(), '\0');
  if (bytes.empty()) return bytes;
  const int size = static_cast<int>(bytes.size());
  CHECK(BIO_read(SSL_get_wbio(ssl_.get()), bytes.data(), size) == size);
  return bytes;
}

TlsSession::State TlsSession::Shake() {
  ERR_clear_error();
  return After(SSL_do_handshake(ssl_.get()));
}

TlsSession::State TlsSession::Read(std::span<char> buffer, size_t& bytes) {
  ERR_clear_error();
  const int got = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
  bytes = got > 0 ? static_cast<size_t>(got) : 0;
  return After(got);
}

TlsSession::State TlsSession::Write(std::string_view plain) {
  while (!plain.empty()) {
    ERR_clear_error();
    // A record a call (SSL_MODE_ENABLE_PARTIAL_WRITE). Without renegotiation and into memory it
    // never has to wait.
    const int taken = SSL_write(ssl_.get(), plain.data(), static_cast<int>(plain.size()));
    if (taken <= 0) return After(taken);
    plain.remove_prefix(static_cast<size_t>(taken));
  }
  return State::kReady;
}

TlsSession::State TlsSession::After(int result) {
  if (result > 0) return State::kReady;
  const int kind = SSL_get_error(ssl_.get(), result);
  if (kind == SSL_ERROR_WANT_READ) return State::kWantsInput;
  if (kind == SSL_ERROR_ZERO_RETURN) return State::kClosed;
  error_ = certificate_status_.ok() ? DescribeTlsError(ERR_peek_error(), expected_)
                                    : certificate_status_;
  ERR_clear_error();
  return State::kFailed;
}

}  // namespace tailrace
