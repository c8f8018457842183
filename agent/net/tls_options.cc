#include "agent/net/tls_options.h"

namespace tailrace {

absl::Status TlsOptions::Validate() const {
  if (cert_file.empty() && !key_file.empty()) {
    return absl::InvalidArgumentError("\"key_file\" needs \"cert_file\"");
  }
  if (!cert_file.empty() && key_file.empty()) {
    return absl::InvalidArgumentError("\"cert_file\" needs \"key_file\"");
  }
  return absl::OkStatus();
}

}  // namespace tailrace
