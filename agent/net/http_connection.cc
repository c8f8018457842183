#include "agent/net/http_connection.h"

#include <sys/socket.h>

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/base/check.h"
#include "agent/base/status.h"
#include "agent/base/strings.h"
#include "agent/net/reactor.h"

namespace tailrace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr int kWholeRequestTimeouts = 4;

MonotonicTime Now() { return std::chrono::steady_clock::now(); }

}  // namespace

struct HttpConnection::Wire {
  explicit Wire(EventLoop& loop) : socket(loop.reactor().context) {}

  tcp::socket socket;
  std::array<char, 32 * 1024> buffer;
};

HttpConnection::HttpConnection(EventLoop& loop, Resolver& resolver, size_t endpoint, const Url& url,
                               const HttpClientOptions& options)
    : loop_(loop),
      resolver_(resolver),
      endpoint_(endpoint),
      url_text_(url.ToString()),
      host_(url.host),
      port_(url.port),
      timeout_(options.timeout),
      wire_(std::make_unique<Wire>(loop)),
      step_deadline_(loop),
      answer_deadline_(loop),
      whole_deadline_(loop),
      reader_(options.max_answer_bytes) {}

HttpConnection::~HttpConnection() = default;

void HttpConnection::Start(std::string head, std::vector<std::string_view> body,
                           HttpAnswerReader::Expect expect, HttpDoneFn done) {
  CHECK(!busy() && (phase_ == Phase::kNew || phase_ == Phase::kIdle));
  reused_ = phase_ == Phase::kIdle;
  head_ = std::move(head);
  body_ = std::move(body);
  body_bytes_ = 0;
  for (const std::string_view part : body_) body_bytes_ += part.size();
  written_bytes_ = 0;
  written_parts_ = 0;
  written_of_part_ = 0;
  write_status_ = absl::OkStatus();
  answer_begun_ = false;
  done_ = std::move(done);
  reader_.Begin(expect);
  StartDeadline(whole_deadline_, kWholeRequestTimeouts * timeout_, "the whole request");
  if (reused_) {
    BeginExchange();
  } else {
    Resolve();
  }
}

void HttpConnection::Abort(const absl::Status& why) {
  // Idle: the request has its answer, though its callback may not have run.
  if (phase_ == Phase::kIdle) return Close();
  if (phase_ != Phase::kClosed) Fail(why, Cause::kOther);
}

void HttpConnection::Abandon() {
  done_ = nullptr;
  Close();
}

bool HttpConnection::reusable() const {
  if (phase_ != Phase::kIdle) return false;
  char byte;
  const ssize_t peeked = ::recv(wire_->socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return peeked < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void HttpConnection::Resolve() {
  phase_ = Phase::kResolving;
  StartDeadline(step_deadline_, timeout_, "resolve");
  // The connection cancels the lookup before it goes, so `this` is safe.
  lookup_ = resolver_.Start(host_, port_, [this](LookupResult result) {
    lookup_ = 0;
    OnResolved(std::move(result));
  });
}

void HttpConnection::OnResolved(LookupResult addresses) {
  if (!addresses.ok())
    return Fail(Annotate(addresses.status(), Describe("resolve")), Cause::kOther);
  if (addresses->empty()) {
    return Fail(absl::NotFoundError(Describe("resolve: no addresses")), Cause::kOther);
  }
  addresses_ = *std::move(addresses);
  connect_deadline_ = Now() + timeout_;
  phase_ = Phase::kConnecting;
  Connect(0);
}

void HttpConnection::Connect(size_t index) {
  if (index == addresses_.size()) return Fail(connect_status_, Cause::kOther);
  connecting_ = index;
  const SocketAddress& address = addresses_[index];
  address_text_ = ToString(address);
  tcp::endpoint endpoint;
  endpoint.resize(address.size);
  std::memcpy(endpoint.data(), &address.storage, address.size);

  error_code error;
  wire_->socket.close(error);  // Of the address before.
  wire_->socket.open(endpoint.protocol(), error);
  if (!error) wire_->socket.set_option(tcp::no_delay(true), error);
  if (error) {
    return Fail(ErrnoStatus(error.value(), Describe("open a socket")), Cause::kOther);
  }
  // An address that does not answer leaves its share of the time to those behind it.
  const auto share = (connect_deadline_ - Now()) / static_cast<int>(addresses_.size() - index);
  step_deadline_.Start(share, [this, index] { OnConnected(index, ETIMEDOUT); });
  wire_->socket.async_connect(endpoint, [self = shared_from_this(), index](error_code result) {
    if (result != asio::error::operation_aborted) self->OnConnected(index, result.value());
  });
}

void HttpConnection::OnConnected(size_t index, int error_number) {
  // An attempt that was given up may still report.
  if (phase_ != Phase::kConnecting || connecting_ != index) return;
  if (error_number == ETIMEDOUT) {
    connect_status_ = absl::DeadlineExceededError(Describe("connect: no answer in time"));
    return Connect(index + 1);
  }
  if (error_number != 0) {
    connect_status_ = ErrnoStatus(error_number, Describe("connect"));
    return Connect(index + 1);
  }
  addresses_.clear();
  BeginExchange();
  Read();
}

void HttpConnection::BeginExchange() {
  phase_ = Phase::kExchanging;
  StartDeadline(step_deadline_, timeout_, "write");
  Write();
}

void HttpConnection::Write() {
  std::array<asio::const_buffer, 16> buffers;
  size_t count = 0;
  size_t skip = written_of_part_;
  for (size_t part = written_parts_; part <= body_.size() && count < buffers.size(); ++part) {
    const std::string_view bytes = part == 0 ? std::string_view(head_) : body_[part - 1];
    if (skip < bytes.size()) {
      buffers[count++] = asio::const_buffer(bytes.data() + skip, bytes.size() - skip);
    }
    skip = 0;
  }
  // Empty buffers at the end do no harm.
  wire_->socket.async_write_some(buffers,
                                 [self = shared_from_this()](error_code error, size_t bytes) {
                                   if (error != asio::error::operation_aborted)
                                     self->OnWritten(bytes, error.value());
                                 });
}

void HttpConnection::OnWritten(size_t bytes, int error_number) {
  if (phase_ != Phase::kExchanging) return;
  if (error_number != 0) {
    // The answer that says why (413, say) may lie in the socket: the reader finds it, or the end.
    write_status_ = ErrnoStatus(error_number, Describe("write"));
    step_deadline_.Cancel();
    if (!answer_begun_) StartDeadline(answer_deadline_, timeout_, "wait for an answer");
    return;
  }
  written_bytes_ += bytes;
  written_of_part_ += bytes;
  while (written_parts_ <= body_.size()) {
    const size_t size = written_parts_ == 0 ? head_.size() : body_[written_parts_ - 1].size();
    if (written_of_part_ < size) break;
    written_of_part_ -= size;
    ++written_parts_;
  }
  if (written_bytes_ < head_.size() + body_bytes_) {
    StartDeadline(step_deadline_, timeout_, "write");
    return Write();
  }
  step_deadline_.Cancel();
  if (!answer_begun_) StartDeadline(answer_deadline_, timeout_, "wait for an answer");
}

void HttpConnection::Read() {
  wire_->socket.async_read_some(asio::buffer(wire_->buffer),
                                [self = shared_from_this()](error_code error, size_t bytes) {
                                  if (error == asio::error::operation_aborted) return;
                                  const bool closed = error == asio::error::eof;
                                  self->OnRead(bytes, closed, closed ? 0 : error.value());
                                });
}

void HttpConnection::OnRead(size_t bytes, bool closed, int error_number) {
  if (phase_ == Phase::kClosed) return;
  if (phase_ == Phase::kIdle) {
    // The end, or bytes that nobody asked for: either way nothing can be sent here any more.
    return Close();
  }
  if (bytes > 0) return OnAnswerBytes({wire_->buffer.data(), bytes});
  if (closed) {
    if (reader_.FinishAtClose() == HttpAnswerReader::Progress::kComplete) return Complete();
    const std::string text =
        Describe(absl::StrCat("closed by the peer: ", ToAbsl(reader_.error())));
    // Within an answer it is the answer that is damaged.
    return Fail(answer_begun_ ? absl::DataLossError(text) : absl::UnavailableError(text),
                Cause::kPeerClosed);
  }
  Fail(write_status_.ok() ? ErrnoStatus(error_number, Describe("read the answer")) : write_status_,
       Cause::kPeerClosed);
}

void HttpConnection::OnAnswerBytes(std::string_view bytes) {
  if (!answer_begun_) {
    answer_begun_ = true;
    StartDeadline(answer_deadline_, timeout_, "the rest of the answer");
  }
  switch (reader_.Feed(bytes)) {
    case HttpAnswerReader::Progress::kNeedMore:
      return Read();
    case HttpAnswerReader::Progress::kComplete:
      return Complete();
    case HttpAnswerReader::Progress::kMalformed:
      return Fail(absl::DataLossError(
                      Describe(absl::StrCat("the answer is no HTTP: ", ToAbsl(reader_.error())))),
                  Cause::kOther);
    case HttpAnswerReader::Progress::kTooLarge:
      return Fail(absl::ResourceExhaustedError(
                      Describe(absl::StrCat("the answer is too large: ", ToAbsl(reader_.error())))),
                  Cause::kOther);
  }
}

void HttpConnection::Complete() {
  HttpResult result;
  result.outcome = HttpOutcome::kAnswered;
  result.answer = reader_.TakeAnswer();
  const bool written = written_bytes_ == head_.size() + body_bytes_;
  if (written && reader_.keep_alive()) {
    phase_ = Phase::kIdle;
    idle_since_ = Now();
    Read();
  } else {
    Close();
  }
  Finish(std::move(result));
}

void HttpConnection::Fail(const absl::Status& status, Cause cause) {
  const bool connected = phase_ == Phase::kExchanging;
  // Without a body it is the head's last byte that makes a request. With one, a server may act on
  // the part that it has (Elasticsearch's incremental _bulk does).
  const bool nothing_to_act_on =
      body_bytes_ > 0 ? written_bytes_ <= head_.size() : written_bytes_ < head_.size();
  HttpResult result;
  result.outcome =
      connected && !nothing_to_act_on ? HttpOutcome::kAmbiguous : HttpOutcome::kNotSent;
  result.status = status;
  result.stale_connection = cause == Cause::kPeerClosed && reused_ && !answer_begun_;
  if (connected) {
    // What the kernel still holds of the request must not reach the peer after it was given up.
    error_code ignored;
    wire_->socket.set_option(asio::socket_base::linger(true, 0), ignored);
  }
  Close();
  Finish(std::move(result));
}

// The callback runs from the loop and as the last act, since it may send the next request or end
// the client.
void HttpConnection::Finish(HttpResult result) {
  if (done_ == nullptr) return;
  step_deadline_.Cancel();
  answer_deadline_.Cancel();
  whole_deadline_.Cancel();
  result_ = std::move(result);
  loop_.Post([self = shared_from_this()] {
    if (self->done_ == nullptr) return;
    HttpDoneFn done = std::exchange(self->done_, nullptr);
    done(std::move(self->result_));
  });
}

void HttpConnection::Close() {
  phase_ = Phase::kClosed;
  step_deadline_.Cancel();
  answer_deadline_.Cancel();
  whole_deadline_.Cancel();
  if (lookup_ != 0) resolver_.Cancel(std::exchange(lookup_, 0));
  error_code ignored;
  wire_->socket.close(ignored);
}

void HttpConnection::StartDeadline(Timer& timer, std::chrono::nanoseconds delay,
                                   std::string_view step) {
  // `step` is a literal at every call.
  timer.Start(delay, [this, step] {
    Fail(absl::DeadlineExceededError(Describe(Concat({step, ": took too long"}))), Cause::kOther);
  });
}

std::string HttpConnection::Describe(std::string_view step) const {
  const std::string_view method = std::string_view(head_).substr(0, head_.find(' '));
  std::string text = Concat({method, " ", url_text_});
  if (!address_text_.empty()) absl::StrAppend(&text, " (", address_text_, ")");
  absl::StrAppend(&text, ": ", ToAbsl(step));
  return text;
}

}  // namespace tailrace
