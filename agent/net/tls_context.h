// TlsContext holds what OpenSSL makes of a client's TlsOptions: the trusted authorities, and the
// certificate that the client shows. It is made anew when one of the files has changed.
//
// Threads    Not thread-safe; owned by the loop's thread.
// Bounds     Files of at most 4 MiB.
// Failure    Files that cannot be used any more leave the last good ones in force and are logged,
//            once a minute: they may be in the middle of a swap. Until there was a good set, each
//            session fails with what is wrong.
// Cost       A stat a file for each look; an authority costs some 50 us when the files are read.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/base/text_file.h"
#include "agent/net/tls_options.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX.

namespace tailrace {

class TlsContext {
 public:
  explicit TlsContext(TlsOptions options);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  // For a new session: of the files as they are at this moment. It is good until the next call; a
  // session that was made from it keeps what it needs.
  [[nodiscard]] absl::StatusOr<ssl_ctx_st*> Current(MonotonicTime now);

  // Grows whenever the files are read again; a session that was made under another number shows or
  // trusts what has been replaced. Looks at the files once a second.
  uint64_t Generation(MonotonicTime now);

  const TlsOptions& options() const { return options_; }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  using ContextPtr = std::unique_ptr<ssl_ctx_st, Free>;
  // Of ca_file, cert_file, key_file; nullopt for one that is not named or not there.
  using Stamps = std::array<std::optional<FileStamp>, 3>;

  static absl::StatusOr<ContextPtr> Load(const TlsOptions& options);
  Stamps StampFiles() const;
  absl::Status Refresh(MonotonicTime now);

  const TlsOptions options_;
  ContextPtr context_;
  Stamps stamps_;
  uint64_t generation_ = 0;
  MonotonicTime next_look_{};
  LogThrottle throttle_{std::chrono::seconds(60)};
};

// Whether sessions can be made of the files as they are now. Errors name the option and the file,
// and say what is wrong with it.
[[nodiscard]] absl::Status CheckTlsFiles(const TlsOptions& options);

}  // namespace tailrace
