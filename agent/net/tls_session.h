// TlsSession is the client's side of one TLS connection, without the connection: bytes of the peer
// go in, bytes for the peer come out. Who owns the socket carries them.
//
//   while (session->Shake() == TlsSession::State::kWantsInput) {send(TakeOutput()), Feed(recv())}
//   session->Write(plain); send(TakeOutput());
//   Feed(recv()); while (session->Read(buffer, bytes) == TlsSession::State::kReady) ...
//
// Threads    Not thread-safe; owned by the loop's thread.
// Bounds     Holds what was fed and not read, and what was written and not taken.
// Failure    kFailed is final; error() says what is wrong with the peer's certificate, or which
//            alert it sent, and what to do about it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/net/tls_context.h"
#include "agent/net/tls_failure.h"

struct ssl_st;             // OpenSSL's SSL.
struct x509_store_ctx_st;  // OpenSSL's X509_STORE_CTX.

namespace tailrace {

class TlsSession {
 public:
  enum class State : uint8_t {
    kReady,       // Shaken hands; or bytes were read.
    kWantsInput,  // Feed more first. There may be output to send before any comes.
    kClosed,      // The peer has said that nothing follows.
    kFailed,      // See error().
  };

  // `host` is a name or an address. Errors: of TlsContext::Current.
  static absl::StatusOr<std::unique_ptr<TlsSession>> Open(TlsContext& context,
                                                          const std::string& host,
                                                          MonotonicTime now);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  void Feed(std::string_view cipher);
  // What waits to be sent, taken; "" when nothing does.
  std::string TakeOutput();
  size_t output_bytes() const;

  State Shake();
  // At most the size of `buffer`; `bytes` is set when it is kReady.
  State Read(std::span<char> buffer, size_t& bytes);
  // Takes all of `plain` and makes output of it, or fails.
  // REQUIRES: hands are shaken; `plain` is not empty.
  State Write(std::string_view plain);

  const absl::Status& error() const { return error_; }
  // Of the context that it was made of.
  uint64_t generation() const { return generation_; }

 private:
  struct Free {
    void operator()(ssl_st* ssl) const;
  };

  TlsSession(ssl_st* ssl, TlsExpectation expected, uint64_t generation);
  static int OnVerified(int trusted, x509_store_ctx_st* store);
  absl::Status SetName(const std::string& host);
  // What `result` of an SSL_ function means.
  State After(int result);

  const std::unique_ptr<ssl_st, Free> ssl_;
  const TlsExpectation expected_;
  const uint64_t generation_;
  absl::Status certificate_status_;  // Why the peer's certificate was not taken.
  absl::Status error_;
};

}  // namespace tailrace
