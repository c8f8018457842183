// Says why there is no TLS session, in words that an operator can act on: which certificate, what
// is wrong with it, what to do.
//
// Threads    Any.
// Bounds     Names out of a certificate are cut at 200 bytes; they are the peer's choice.
#pragma once

#include <string>

#include "absl/status/status.h"

struct x509_store_ctx_st;  // OpenSSL's X509_STORE_CTX.

namespace tailrace {

// What a client wants of its peer and has itself.
struct TlsExpectation {
  std::string name;  // That the peer's certificate must be for.
  bool has_ca_file = false;
  bool has_certificate = false;
};

// kUnauthenticated, of the verification that has just failed in `store`.
absl::Status DescribeBadCertificate(const x509_store_ctx_st& store, const TlsExpectation& expected);

// Of an error of OpenSSL's queue: kUnauthenticated when the peer does not take our certificate or
// wants one, kFailedPrecondition when it speaks no TLS, or none that we do, kUnavailable for the
// rest.
absl::Status DescribeTlsError(unsigned long error, const TlsExpectation& expected);

}  // namespace tailrace
