// Wire is one TCP connection on a loop, plain or under TLS: connect, shake hands, read and write
// at the same time, close. The inside of HttpConnection.
//
// Threads    As EventLoop.
// Ownership  Shared between its owner and the operations under way on the loop.
// Bounds     Buffers of 32 KiB; under TLS 64 KiB of what is written in addition, and 40 KiB of
//            OpenSSL's. A peer that makes OpenSSL answer without end is cut off.
// Ordering   Callbacks run on the loop, never inside the call that starts an operation, and never
//            after Close.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "agent/net/event_loop.h"
#include "agent/net/resolver.h"
#include "agent/net/tls_session.h"

namespace tailrace {

struct WireRead {
  enum class End : uint8_t {
    kOpen,    // There are bytes.
    kClosed,  // The peer has said that nothing follows.
    kCut,     // Under TLS: the connection ended, but the peer did not say so.
    kFailed,  // See `status`.
  };

  End end = End::kOpen;
  std::string_view bytes;  // Good until the next Read.
  absl::Status status;
};

class Wire : public std::enable_shared_from_this<Wire> {
 public:
  using DoneFn = absl::AnyInvocable<void(absl::Status)>;
  using ReadFn = absl::AnyInvocable<void(WireRead)>;
  // On an error, `bytes` may have gone out, whole or in part.
  using WriteFn = absl::AnyInvocable<void(size_t bytes, absl::Status)>;

  explicit Wire(EventLoop& loop);
  ~Wire();

  // Gives up the attempt before, if any; its callback does not run. Errors: of ErrnoStatus.
  void Connect(const SocketAddress& address, DoneFn done);

  // From now on what is read and written goes through `session`.
  // REQUIRES: connected, nothing under way.
  void Shake(std::unique_ptr<TlsSession> session, DoneFn done);

  // REQUIRES: no Read is under way.
  void Read(ReadFn done);

  // Writes some of the parts, of which there is at least one byte; they stay as they are until
  // `done`. When the wire is closed before that, nobody knows how much has gone out.
  // REQUIRES: no Write is under way.
  void Write(std::span<const std::string_view> parts, WriteFn done);

  // Nothing has come that was not read.
  bool quiet() const;
  // Of the session; 0 without one.
  uint64_t tls_generation() const { return session_ == nullptr ? 0 : session_->generation(); }

  void Close();
  // As Close, but what the kernel still holds for the peer does not reach it any more.
  void Reset();

 private:
  struct Socket;

  void StepShake();
  void ReadCipher();
  void OnCipher(size_t bytes, bool closed, int error_number);
  // Hands on what is decrypted, or reads on.
  void DeliverPlain();
  void EndRead(WireRead result);
  void FlushCipher();
  void OnFlushed(int error_number);

  EventLoop& loop_;
  const std::unique_ptr<Socket> socket_;
  bool closed_ = false;
  uint64_t attempt_ = 0;  // Of Connect; older ones may still report.

  std::unique_ptr<TlsSession> session_;
  DoneFn shake_done_;  // While hands are shaken.
  ReadFn read_done_;   // Of a Read under TLS.
  WriteFn write_done_;
  size_t writing_bytes_ = 0;  // What `write_done_` will be told.
  std::string cipher_out_;    // On its way to the kernel.
  size_t cipher_sent_ = 0;
  bool flushing_ = false;
  bool sent_since_write_ = false;  // Some of the present Write may have reached the kernel.
};

}  // namespace tailrace
