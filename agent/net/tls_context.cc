#include "agent/net/tls_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/base/status.h"
#include "agent/base/strings.h"

namespace tailrace {
namespace {

constexpr int64_t kMaxFileBytes = 4 << 20;
constexpr std::chrono::seconds kLookInterval{1};

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using BioPtr = std::unique_ptr<BIO, FreeBio>;
using CertificatePtr = std::unique_ptr<X509, FreeCertificate>;
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeKey>;

// OpenSSL must not ask the terminal.
int NoPassphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

absl::Status Invalid(std::string_view option, const std::string& path, std::string_view problem) {
  ERR_clear_error();
  return absl::InvalidArgumentError(
      absl::StrCat("tls.", ToAbsl(option), ": ", path, ": ", ToAbsl(problem)));
}

// What a reader of PEM leaves behind at the end of the file, and nothing worse.
bool AtEndOfPem() {
  const unsigned long error = ERR_peek_last_error();
  return error == 0 ||
         (ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE);
}

class PemFile {
 public:
  static absl::StatusOr<PemFile> Read(std::string_view option, const std::string& path) {
    absl::StatusOr<TextFile> file = ReadTextFile(path, kMaxFileBytes);
    if (!file.ok()) return Annotate(file.status(), Concat({"tls.", option}));
    return PemFile(option, path, *std::move(file));
  }
  ~PemFile() { OPENSSL_cleanse(text_.data(), text_.size()); }
  PemFile(PemFile&&) = default;

  absl::StatusOr<std::vector<CertificatePtr>> Certificates() const {
    const BioPtr bio(BIO_new_mem_buf(text_.data(), static_cast<int>(text_.size())));
    std::vector<CertificatePtr> all;
    ERR_clear_error();
    bool asked = false;
    while (X509* next = PEM_read_bio_X509_AUX(bio.get(), nullptr, NoPassphrase, &asked)) {
      all.emplace_back(next);
    }
    if (!AtEndOfPem()) return Problem("one of its certificates is damaged");
    if (all.empty()) return Problem("there is no certificate (PEM) in it");
    ERR_clear_error();
    return all;
  }

  absl::StatusOr<KeyPtr> Key() const {
    const BioPtr bio(BIO_new_mem_buf(text_.data(), static_cast<int>(text_.size())));
    bool asked = false;
    KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, &asked));
    if (asked) return Problem("the key has a passphrase, which an agent cannot be asked for");
    if (key == nullptr) return Problem("there is no private key (PEM) in it");
    return key;
  }

  absl::Status Problem(std::string_view problem) const { return Invalid(option_, path_, problem); }

 private:
  PemFile(std::string_view option, std::string path, TextFile file)
      : option_(option), path_(std::move(path)), text_(std::move(file.text)) {}

  std::string_view option_;  // A literal.
  std::string path_;
  std::string text_;
};

absl::Status TrustAuthorities(SSL_CTX* context, const TlsOptions& options) {
  if (options.ca_file.empty()) {
    SSL_CTX_set_default_verify_paths(context);
    ERR_clear_error();  // A system without any is told of when a peer is not trusted.
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const PemFile file, PemFile::Read("ca_file", options.ca_file));
  ASSIGN_OR_RETURN(const std::vector<CertificatePtr> authorities, file.Certificates());
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  for (const CertificatePtr& authority : authorities) {
    if (X509_STORE_add_cert(store, authority.get()) != 1) {
      return file.Problem("OpenSSL does not take one of its certificates");
    }
  }
  return absl::OkStatus();
}

absl::Status ShowCertificate(SSL_CTX* context, const TlsOptions& options) {
  if (options.cert_file.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const PemFile cert_file, PemFile::Read("cert_file", options.cert_file));
  ASSIGN_OR_RETURN(const PemFile key_file, PemFile::Read("key_file", options.key_file));
  ASSIGN_OR_RETURN(const std::vector<CertificatePtr> chain, cert_file.Certificates());
  ASSIGN_OR_RETURN(const KeyPtr key, key_file.Key());
  if (SSL_CTX_use_certificate(context, chain.front().get()) != 1) {
    return cert_file.Problem("OpenSSL does not take the certificate: its key may be too short");
  }
  for (size_t i = 1; i < chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, chain[i].get()) != 1) {
      return cert_file.Problem("OpenSSL does not take a certificate of the chain");
    }
  }
  if (X509_check_private_key(chain.front().get(), key.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    return key_file.Problem(
        Concat({"the key does not belong to the first certificate in ", options.cert_file}));
  }
  return absl::OkStatus();
}

}  // namespace

void TlsContext::Free::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

TlsContext::TlsContext(TlsOptions options) : options_(std::move(options)) {}
TlsContext::~TlsContext() = default;

absl::StatusOr<TlsContext::ContextPtr> TlsContext::Load(const TlsOptions& options) {
  RETURN_IF_ERROR(options.Validate());
  ContextPtr context(SSL_CTX_new(TLS_client_method()));
  if (context == nullptr) return absl::ResourceExhaustedError("tls: OpenSSL makes no context");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  // A session is never resumed, so that each one verifies by the files of its time.
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context.get(),
                      SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
  RETURN_IF_ERROR(TrustAuthorities(context.get(), options));
  RETURN_IF_ERROR(ShowCertificate(context.get(), options));
  return context;
}

TlsContext::Stamps TlsContext::StampFiles() const {
  const std::string system = X509_get_default_cert_file();
  Stamps stamps;
  size_t place = 0;
  for (const std::string* path : {options_.ca_file.empty() ? &system : &options_.ca_file,
                                  &options_.cert_file, &options_.key_file}) {
    std::optional<FileStamp>& stamp = stamps[place++];
    if (path->empty()) continue;
    if (const absl::StatusOr<FileStamp> found = StampOf(*path); found.ok()) stamp = *found;
  }
  return stamps;
}

absl::Status TlsContext::Refresh(MonotonicTime now) {
  next_look_ = now + kLookInterval;
  // Before they are read, so that what is written meanwhile shows at the next look.
  Stamps stamps = StampFiles();
  if (context_ != nullptr && stamps == stamps_) return absl::OkStatus();
  absl::StatusOr<ContextPtr> loaded = Load(options_);
  if (loaded.ok()) {
    context_ = *std::move(loaded);
    stamps_ = stamps;
    ++generation_;
    return absl::OkStatus();
  }
  if (context_ == nullptr) return loaded.status();
  if (throttle_.Allow(now)) {
    LogWarn("TLS files cannot be read again; the last ones stay in force",
            {{"error", std::string(FromAbsl(loaded.status().message()))}});
  }
  return absl::OkStatus();
}

absl::StatusOr<ssl_ctx_st*> TlsContext::Current(MonotonicTime now) {
  RETURN_IF_ERROR(Refresh(now));
  return context_.get();
}

uint64_t TlsContext::Generation(MonotonicTime now) {
  if (now >= next_look_) Refresh(now).IgnoreError();  // The next session meets it, and says so.
  return generation_;
}

absl::Status CheckTlsFiles(const TlsOptions& options) {
  TlsContext context(options);
  return context.Current({}).status();
}

}  // namespace tailrace
