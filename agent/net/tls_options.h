// Options of TLS, the same for every client: keys of `tls` in the config are the field names. Every
// client speaks TLS 1.2 or later and verifies the chain and the name of its peer, unless
// `insecure_skip_verify` is set.
//
// Threads    A plain value.
// Failure    The files are named here and read by who connects, again when they change. What they
//            hold is in no option.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace tailrace {

struct TlsOptions {
  std::string ca_file;  // PEM, of who may vouch for the peer. Empty: those that the system trusts.
  std::string cert_file;  // PEM, the client's certificate and its chain. Empty: none is shown.
  std::string key_file;   // PEM, without a passphrase; together with `cert_file` or not at all.
  // The name that the peer's certificate must have and that is asked for (SNI). Empty: the host of
  // the endpoint.
  std::string server_name;
  // Takes any certificate: whoever stands between reads and changes everything. For tests.
  bool insecure_skip_verify = false;

  // kInvalidArgument for one of `cert_file` and `key_file` without the other.
  absl::Status Validate() const;

  friend bool operator==(const TlsOptions&, const TlsOptions&) = default;
};

}  // namespace tailrace
