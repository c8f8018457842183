#include "agent/net/http_connection.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/base/check.h"
#include "agent/base/status.h"
#include "agent/base/strings.h"

namespace tailrace {
namespace {

// No peer holds a request for longer than this many times `timeout`, however it spreads its bytes.
constexpr int kWholeRequestTimeouts = 2;

MonotonicTime Now() { return std::chrono::steady_clock::now(); }

}  // namespace

HttpConnection::HttpConnection(EventLoop& loop, Resolver& resolver, size_t endpoint,
                               const Dialer::Route& route, size_t max_answer_bytes)
    : loop_(loop),
      endpoint_(endpoint),
      url_text_(route.url.ToString()),
      timeout_(route.timeout),
      wire_(std::make_shared<Wire>(loop)),
      dialer_(loop, resolver, wire_, route),
      write_deadline_(loop),
      answer_deadline_(loop),
      whole_deadline_(loop),
      reader_(max_answer_bytes) {}

// Callbacks of the wire hold `this`.
HttpConnection::~HttpConnection() { wire_->Close(); }

void HttpConnection::Start(Secret head, std::vector<std::string_view> body,
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
  writing_ = false;
  unsure_bytes_ = 0;
  write_status_ = absl::OkStatus();
  answer_begun_ = false;
  done_ = std::move(done);
  reader_.Begin(expect);
  StartDeadline(whole_deadline_, kWholeRequestTimeouts * timeout_, "the whole request");
  if (reused_) {
    BeginExchange();
  } else {
    phase_ = Phase::kDialing;
    dialer_.Start([this](const absl::Status& status) { OnDialed(status); });
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

bool HttpConnection::reusable() const { return phase_ == Phase::kIdle && wire_->quiet(); }

void HttpConnection::OnDialed(const absl::Status& status) {
  if (!status.ok()) {
    return Fail(Annotate(status, Describe("")), Cause::kOther);
  }
  BeginExchange();
  Read();
}

void HttpConnection::BeginExchange() {
  phase_ = Phase::kExchanging;
  StartDeadline(write_deadline_, timeout_, "write");
  Write();
}

void HttpConnection::Write() {
  std::array<std::string_view, 16> parts;
  size_t count = 0;
  size_t skip = written_of_part_;
  for (size_t part = written_parts_; part <= body_.size() && count < parts.size(); ++part) {
    const std::string_view bytes = part == 0 ? head_.Reveal() : body_[part - 1];
    if (skip < bytes.size()) parts[count++] = bytes.substr(skip);
    skip = 0;
  }
  writing_ = true;
  wire_->Write({parts.data(), count},
               [this](size_t bytes, const absl::Status& status) { OnWritten(bytes, status); });
}

void HttpConnection::OnWritten(size_t bytes, const absl::Status& status) {
  writing_ = false;
  if (phase_ != Phase::kExchanging) return;
  if (!status.ok()) {
    // The answer that says why (413, say) may lie in the socket: the reader finds it, or the end.
    write_status_ = Annotate(status, Describe(""));
    unsure_bytes_ = bytes;
    write_deadline_.Cancel();
    if (!answer_begun_) StartDeadline(answer_deadline_, timeout_, "wait for an answer");
    return;
  }
  written_bytes_ += bytes;
  written_of_part_ += bytes;
  while (written_parts_ <= body_.size()) {
    const size_t size =
        written_parts_ == 0 ? head_.Reveal().size() : body_[written_parts_ - 1].size();
    if (written_of_part_ < size) break;
    written_of_part_ -= size;
    ++written_parts_;
  }
  if (written_bytes_ < head_.Reveal().size() + body_bytes_) {
    StartDeadline(write_deadline_, timeout_, "write");
    return Write();
  }
  write_deadline_.Cancel();
  if (!answer_begun_) StartDeadline(answer_deadline_, timeout_, "wait for an answer");
}

void HttpConnection::Read() {
  wire_->Read([this](const WireRead& read) { OnRead(read); });
}

void HttpConnection::OnRead(const WireRead& read) {
  if (phase_ == Phase::kClosed) return;
  if (phase_ == Phase::kIdle) {
    // The end, or bytes that nobody asked for: either way nothing can be sent here any more.
    return Close();
  }
  switch (read.end) {
    case WireRead::End::kOpen:
      return OnAnswerBytes(read.bytes);
    case WireRead::End::kClosed:
    case WireRead::End::kCut:
      return OnPeerClosed(read.end);
    case WireRead::End::kFailed: {
      // A write that failed says more than the read that failed after it, unless the peer has said
      // by TLS why it wants no more.
      const bool says_why = absl::IsUnauthenticated(read.status);
      return Fail(
          says_why || write_status_.ok() ? Annotate(read.status, Describe("")) : write_status_,
          Cause::kPeerClosed);
    }
  }
}

void HttpConnection::OnPeerClosed(WireRead::End end) {
  // An answer without a length ends with the connection; whether it was cut off is then said by
  // TLS, or by nobody.
  const bool complete = reader_.FinishAtClose() == HttpAnswerReader::Progress::kComplete;
  if (complete && end == WireRead::End::kClosed) return Complete();
  const std::string_view what = complete ? "the answer may be cut off" : reader_.error();
  const std::string text = Concat({Describe("closed by the peer: "), what});
  // Within an answer it is the answer that is damaged.
  Fail(answer_begun_ ? absl::DataLossError(text) : absl::UnavailableError(text),
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
  const bool written = written_bytes_ == head_.Reveal().size() + body_bytes_;
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
  // A write that is under way may have gone out whole.
  const size_t whole = head_.Reveal().size() + body_bytes_;
  const size_t may_be_out = writing_ ? whole : written_bytes_ + unsure_bytes_;
  const bool nothing_to_act_on =
      body_bytes_ > 0 ? may_be_out <= head_.Reveal().size() : may_be_out < head_.Reveal().size();
  HttpResult result;
  result.outcome =
      connected && !nothing_to_act_on ? HttpOutcome::kAmbiguous : HttpOutcome::kNotSent;
  result.status = status;
  result.stale_connection = cause == Cause::kPeerClosed && reused_ && !answer_begun_;
  // What the kernel still holds of the request must not reach the peer after it was given up.
  if (connected) wire_->Reset();
  Close();
  Finish(std::move(result));
}

// The callback runs from the loop and as the last act, since it may send the next request or end
// the client.
void HttpConnection::Finish(HttpResult result) {
  if (done_ == nullptr) return;
  write_deadline_.Cancel();
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
  write_deadline_.Cancel();
  answer_deadline_.Cancel();
  whole_deadline_.Cancel();
  dialer_.Cancel();
  wire_->Close();
}

void HttpConnection::StartDeadline(Timer& timer, std::chrono::nanoseconds delay,
                                   std::string_view step) {
  // `step` is a literal at every call.
  timer.Start(delay, [this, step] {
    Fail(absl::DeadlineExceededError(Describe(Concat({step, ": took too long"}))), Cause::kOther);
  });
}

std::string HttpConnection::Describe(std::string_view step) const {
  const std::string_view head = head_.Reveal();
  const std::string_view method = head.substr(0, head.find(' '));
  std::string text = Concat({method, " ", url_text_});
  const std::string peer = dialer_.peer();
  if (!peer.empty()) absl::StrAppend(&text, " (", peer, ")");
  if (!step.empty()) absl::StrAppend(&text, ": ", ToAbsl(step));
  return text;
}

}  // namespace tailrace
