#include "agent/net/http_session.h"

#include <sys/socket.h>

#include <array>
#include <boost/asio/generic/stream_protocol.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/base/strings.h"
#include "agent/net/reactor.h"

namespace tailrace {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

std::string_view Reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "";  // RFC 9112 section 4: it may be empty, and nobody reads it.
  }
}

int FamilyOf(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return address.ss_family;
}

}  // namespace

struct HttpSession::Wire {
  Wire(EventLoop& loop, UniqueFd fd) : socket(loop.reactor().context) {
    const asio::generic::stream_protocol protocol(FamilyOf(fd.get()), 0);
    error_code error;
    socket.assign(protocol, fd.get(), error);
    if (!error) fd.release();  // Else it is closed here, and the first read says so.
  }

  asio::generic::stream_protocol::socket socket;
  std::array<char, 4096> buffer;
};

HttpSession::HttpSession(EventLoop& loop, UniqueFd fd, const HttpServerOptions& options,
                         AnswerFn answer, absl::AnyInvocable<void()> on_end)
    : options_(options),
      answer_(std::move(answer)),
      on_end_(std::move(on_end)),
      wire_(std::make_unique<Wire>(loop, std::move(fd))),
      deadline_(loop),
      reader_(options.max_head_bytes) {}

HttpSession::~HttpSession() = default;

void HttpSession::Start() { BeginRequest(); }

void HttpSession::Abandon() {
  on_end_ = nullptr;
  End();
}

void HttpSession::BeginRequest() {
  phase_ = Phase::kReading;
  deadline_.Start(reader_.begun() ? options_.timeout : options_.idle_timeout, [this] { End(); });
  OnProgress(reader_.Begin());
}

void HttpSession::OnProgress(HttpRequestReader::Progress progress) {
  switch (progress) {
    case HttpRequestReader::Progress::kNeedMore:
      return Read();
    case HttpRequestReader::Progress::kMalformed:
      return Reply({400, "text/plain", "400: no request that is understood here\n"}, Then::kClose);
    case HttpRequestReader::Progress::kTooLarge:
      return Reply({431, "text/plain", "431: the request's head is too large\n"}, Then::kClose);
    case HttpRequestReader::Progress::kComplete:
      break;
  }
  method_ = reader_.method();
  const HttpReply reply = answer_(method_, reader_.target());
  Reply(reply, reader_.keep_alive() ? Then::kNextRequest : Then::kClose);
}

void HttpSession::Read() {
  wire_->socket.async_read_some(asio::buffer(wire_->buffer),
                                [self = shared_from_this()](error_code error, size_t bytes) {
                                  if (self->phase_ == Phase::kClosed) return;
                                  if (error) return self->End();
                                  self->OnRead(bytes);
                                });
}

void HttpSession::OnRead(size_t bytes) {
  if (phase_ == Phase::kLingering) {
    constexpr size_t kMaxLingerBytes = 64 * 1024;
    lingered_bytes_ += bytes;
    return lingered_bytes_ > kMaxLingerBytes ? End() : Read();
  }
  // One deadline for the whole head, from its first byte.
  if (!reader_.begun()) deadline_.Start(options_.timeout, [this] { End(); });
  OnProgress(reader_.Feed({wire_->buffer.data(), bytes}));
}

void HttpSession::Reply(const HttpReply& reply, Then then) {
  phase_ = Phase::kWriting;
  then_ = then;
  written_bytes_ = 0;
  output_ = absl::StrCat("HTTP/1.1 ", reply.status, " ", ToAbsl(Reason(reply.status)),
                         "\r\nContent-Type: ", reply.content_type,
                         "\r\nContent-Length: ", reply.body.size(),
                         "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n");
  if (reply.status == 405) output_ += "Allow: GET, HEAD\r\n";
  output_ += then == Then::kClose ? "Connection: close\r\n\r\n" : "Connection: keep-alive\r\n\r\n";
  if (method_ != "HEAD") output_ += reply.body;
  Write();
}

void HttpSession::Write() {
  deadline_.Start(options_.timeout, [this] {
    // Without a reset the kernel would keep offering the rest to a peer that does not read.
    error_code ignored;
    wire_->socket.set_option(asio::socket_base::linger(true, 0), ignored);
    End();
  });
  wire_->socket.async_write_some(
      asio::const_buffer(output_.data() + written_bytes_, output_.size() - written_bytes_),
      [self = shared_from_this()](error_code error, size_t bytes) {
        if (self->phase_ != Phase::kWriting) return;
        if (error) return self->End();
        self->OnWritten(bytes);
      });
}

void HttpSession::OnWritten(size_t bytes) {
  written_bytes_ += bytes;
  if (written_bytes_ < output_.size()) return Write();
  output_ = std::string();  // An idle connection keeps no answer.
  if (then_ == Then::kNextRequest) return BeginRequest();
  Linger();
}

// A close with unread bytes would reset the connection, and the peer might lose the answer: it
// closes first, or its time is up.
void HttpSession::Linger() {
  phase_ = Phase::kLingering;
  error_code error;
  wire_->socket.shutdown(asio::socket_base::shutdown_send, error);
  if (error) return End();
  deadline_.Start(options_.timeout, [this] { End(); });
  Read();
}

void HttpSession::End() {
  if (phase_ == Phase::kClosed) return;
  phase_ = Phase::kClosed;
  deadline_.Cancel();
  error_code ignored;
  wire_->socket.close(ignored);
  if (on_end_ != nullptr) std::exchange(on_end_, nullptr)();
}

}  // namespace tailrace
