#include "agent/net/wire.h"

#include <sys/socket.h>

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "agent/base/check.h"
#include "agent/base/status.h"
#include "agent/net/reactor.h"

namespace tailrace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// Four records of TLS.
constexpr size_t kMaxPlainBytes = 64 << 10;
// What OpenSSL may want to answer by itself (alerts, new keys) before the peer has taken any of it.
constexpr size_t kMaxUnaskedBytes = 256 << 10;

}  // namespace

struct Wire::Socket {
  explicit Socket(EventLoop& loop) : stream(loop.reactor().context) {}

  tcp::socket stream;
  std::array<char, 32 * 1024> buffer;        // What the kernel gave.
  std::array<char, 32 * 1024> plain_buffer;  // What TLS made of it.
};

Wire::Wire(EventLoop& loop) : loop_(loop), socket_(std::make_unique<Socket>(loop)) {}
Wire::~Wire() = default;

void Wire::Connect(const SocketAddress& address, DoneFn done) {
  const uint64_t attempt = ++attempt_;
  tcp::endpoint endpoint;
  endpoint.resize(address.size);
  std::memcpy(endpoint.data(), &address.storage, address.size);
  error_code error;
  socket_->stream.close(error);  // Of the attempt before.
  socket_->stream.open(endpoint.protocol(), error);
  if (!error) socket_->stream.set_option(tcp::no_delay(true), error);
  auto report = [self = shared_from_this(), attempt,
                 done = std::move(done)](error_code result) mutable {
    if (self->closed_ || self->attempt_ != attempt) return;
    done(result ? ErrnoStatus(result.value(), "connect") : absl::OkStatus());
  };
  if (error) {
    loop_.Post([report = std::move(report), error]() mutable { report(error); });
  } else {
    socket_->stream.async_connect(endpoint, std::move(report));
  }
}

void Wire::Shake(std::unique_ptr<TlsSession> session, DoneFn done) {
  session_ = std::move(session);
  shake_done_ = std::move(done);
  StepShake();
}

// The first step only makes output; so `shake_done_` runs from the loop.
void Wire::StepShake() {
  const TlsSession::State state = session_->Shake();
  FlushCipher();
  if (state == TlsSession::State::kWantsInput) return ReadCipher();
  DoneFn done = std::exchange(shake_done_, nullptr);
  if (state == TlsSession::State::kReady) return done(absl::OkStatus());
  done(state == TlsSession::State::kClosed
           ? absl::UnavailableError("TLS: closed by the peer in the handshake")
           : session_->error());
}

void Wire::Read(ReadFn done) {
  if (session_ != nullptr) {
    read_done_ = std::move(done);
    // From the loop, since there may be decrypted bytes already.
    loop_.Post([self = shared_from_this()] { self->DeliverPlain(); });
    return;
  }
  socket_->stream.async_read_some(
      asio::buffer(socket_->buffer),
      [self = shared_from_this(), done = std::move(done)](error_code error, size_t bytes) mutable {
        if (self->closed_) return;
        if (!error) return done({WireRead::End::kOpen, {self->socket_->buffer.data(), bytes}, {}});
        if (error == asio::error::eof) return done({WireRead::End::kClosed, {}, {}});
        done({WireRead::End::kFailed, {}, ErrnoStatus(error.value(), "read")});
      });
}

void Wire::ReadCipher() {
  socket_->stream.async_read_some(asio::buffer(socket_->buffer),
                                  [self = shared_from_this()](error_code error, size_t bytes) {
                                    if (self->closed_) return;
                                    const bool closed = error == asio::error::eof;
                                    self->OnCipher(bytes, closed, closed ? 0 : error.value());
                                  });
}

void Wire::OnCipher(size_t bytes, bool closed, int error_number) {
  if (bytes > 0) {
    session_->Feed({socket_->buffer.data(), bytes});
    return shake_done_ == nullptr ? DeliverPlain() : StepShake();
  }
  const absl::Status status =
      closed ? absl::UnavailableError("TLS: closed by the peer in the handshake")
             : ErrnoStatus(error_number, "read");
  if (shake_done_ != nullptr) return std::exchange(shake_done_, nullptr)(status);
  EndRead({closed ? WireRead::End::kCut : WireRead::End::kFailed, {}, status});
}

void Wire::DeliverPlain() {
  if (closed_) return;
  size_t bytes = 0;
  const TlsSession::State state = session_->Read(socket_->plain_buffer, bytes);
  FlushCipher();
  if (session_->output_bytes() > kMaxUnaskedBytes) {
    return EndRead({WireRead::End::kFailed,
                    {},
                    absl::ResourceExhaustedError(
                        "TLS: the peer makes the session answer and does not read that")});
  }
  switch (state) {
    case TlsSession::State::kReady:
      return EndRead({WireRead::End::kOpen, {socket_->plain_buffer.data(), bytes}, {}});
    case TlsSession::State::kWantsInput:
      return ReadCipher();
    case TlsSession::State::kClosed:
      return EndRead({WireRead::End::kClosed, {}, {}});
    case TlsSession::State::kFailed:
      return EndRead({WireRead::End::kFailed, {}, session_->error()});
  }
}

void Wire::EndRead(WireRead result) {
  ReadFn done = std::exchange(read_done_, nullptr);
  done(std::move(result));
}

void Wire::Write(std::span<const std::string_view> parts, WriteFn done) {
  if (session_ != nullptr) {
    write_done_ = std::move(done);
    writing_bytes_ = 0;
    sent_since_write_ = false;
    TlsSession::State state = TlsSession::State::kReady;
    for (std::string_view part : parts) {
      part = part.substr(0, kMaxPlainBytes - writing_bytes_);
      if (!part.empty()) state = session_->Write(part);
      if (state != TlsSession::State::kReady) break;
      writing_bytes_ += part.size();
    }
    if (state == TlsSession::State::kReady) return FlushCipher();
    loop_.Post([self = shared_from_this()] {
      WriteFn failed = std::exchange(self->write_done_, nullptr);
      if (!self->closed_ && failed != nullptr) failed(0, self->session_->error());
    });
    return;
  }
  std::array<asio::const_buffer, 16> buffers;  // Empty ones at the end do no harm.
  size_t count = 0;
  for (const std::string_view part : parts) {
    if (count == buffers.size()) break;
    if (!part.empty()) buffers[count++] = asio::const_buffer(part.data(), part.size());
  }
  socket_->stream.async_write_some(buffers, [self = shared_from_this(), done = std::move(done)](
                                                error_code error, size_t bytes) mutable {
    if (self->closed_) return;
    done(bytes, error ? ErrnoStatus(error.value(), "write") : absl::OkStatus());
  });
}

void Wire::FlushCipher() {
  if (flushing_) return;
  if (cipher_sent_ == cipher_out_.size()) {
    cipher_out_ = session_->TakeOutput();
    cipher_sent_ = 0;
  }
  if (cipher_out_.empty()) return;
  flushing_ = true;
  const asio::const_buffer rest(cipher_out_.data() + cipher_sent_,
                                cipher_out_.size() - cipher_sent_);
  socket_->stream.async_write_some(asio::buffer(rest),
                                   [self = shared_from_this()](error_code error, size_t bytes) {
                                     self->flushing_ = false;
                                     self->cipher_sent_ += bytes;
                                     self->sent_since_write_ |= bytes > 0;
                                     if (!self->closed_) self->OnFlushed(error.value());
                                   });
}

void Wire::OnFlushed(int error_number) {
  if (error_number == 0) {
    FlushCipher();
    if (flushing_) return;
  }
  // Without a Write it was OpenSSL's own; that the peer is gone shows when something is read.
  WriteFn done = std::exchange(write_done_, nullptr);
  if (done == nullptr) return;
  if (error_number != 0) {
    return done(sent_since_write_ ? writing_bytes_ : 0, ErrnoStatus(error_number, "write"));
  }
  done(writing_bytes_, absl::OkStatus());
}

bool Wire::quiet() const {
  char byte;
  const ssize_t peeked = ::recv(socket_->stream.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return peeked < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void Wire::Close() {
  closed_ = true;
  error_code ignored;
  socket_->stream.close(ignored);
}

void Wire::Reset() {
  error_code ignored;
  socket_->stream.set_option(asio::socket_base::linger(true, 0), ignored);
  Close();
}

}  // namespace tailrace
