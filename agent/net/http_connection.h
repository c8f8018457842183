// HttpConnection carries requests to one endpoint, one at a time: it has a wire made ready, writes
// and reads at once, and waits idle for the next. The inside of HttpClient.
//
// Reading never pauses between connect and close. So an answer that comes while the request is
// still being written is seen (a 413 whose sender then resets the connection), and so is the close
// of an idle connection. Once closed, a connection stays closed: the client makes a new one, which
// looks the name up again.
//
// Threads    As HttpClient.
// Ownership  Shared between its client and the operations under way on the loop.
// Bounds     Those of Wire, and the answer.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/secret.h"
#include "agent/net/dialer.h"
#include "agent/net/http_client.h"
#include "agent/net/wire.h"

namespace tailrace {

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  // `route` leads to the endpoint of this index.
  HttpConnection(EventLoop& loop, Resolver& resolver, size_t endpoint, const Dialer::Route& route,
                 size_t max_answer_bytes);
  ~HttpConnection();

  // `head` is the request's head as it goes out. `done` runs on the loop, once.
  // REQUIRES: new or reusable.
  void Start(Secret head, std::vector<std::string_view> body, HttpAnswerReader::Expect expect,
             HttpDoneFn done);

  // Ends the request under way, if any, with `why`, and closes.
  void Abort(const absl::Status& why);

  // Closes, and runs no callback any more.
  void Abandon();

  // Connected and idle, and nothing has come from the peer that the loop has not seen yet.
  bool reusable() const;
  // A request is under way, or its callback has not run.
  bool busy() const { return done_ != nullptr; }
  size_t endpoint() const { return endpoint_; }
  MonotonicTime idle_since() const { return idle_since_; }
  MonotonicTime made_at() const { return made_at_; }
  // Of the TLS context that its session was made of.
  uint64_t tls_generation() const { return wire_->tls_generation(); }

 private:
  enum class Phase : uint8_t { kNew, kDialing, kExchanging, kIdle, kClosed };

  void OnDialed(const absl::Status& status);
  void BeginExchange();
  void Write();
  void OnWritten(size_t bytes, const absl::Status& status);
  void Read();
  void OnRead(const WireRead& read);
  void OnPeerClosed(WireRead::End end);
  void OnAnswerBytes(std::string_view bytes);
  void Complete();

  enum class Cause : uint8_t { kPeerClosed, kOther };
  void Fail(const absl::Status& status, Cause cause);
  void Finish(HttpResult result);
  void Close();
  void StartDeadline(Timer& timer, std::chrono::nanoseconds delay, std::string_view step);
  // "POST http://es:9200 (10.0.0.1:9200): STEP".
  std::string Describe(std::string_view step) const;

  EventLoop& loop_;
  const size_t endpoint_;
  const std::string url_text_;
  const std::chrono::nanoseconds timeout_;

  const std::shared_ptr<Wire> wire_;
  Dialer dialer_;
  Phase phase_ = Phase::kNew;
  Timer write_deadline_;
  Timer answer_deadline_;  // First byte, then the rest.
  Timer whole_deadline_;
  const MonotonicTime made_at_ = std::chrono::steady_clock::now();
  MonotonicTime idle_since_;

  // Of the request under way.
  HttpDoneFn done_;
  HttpResult result_;
  Secret head_;  // May hold credentials.
  std::vector<std::string_view> body_;
  size_t body_bytes_ = 0;
  size_t written_bytes_ = 0;    // Of head and body.
  size_t written_parts_ = 0;    // Parts of `body_` that are written whole, plus one for the head.
  size_t written_of_part_ = 0;  // Bytes of the part after those.
  bool writing_ = false;        // What is left may have gone out, in part or whole.
  size_t unsure_bytes_ = 0;     // Of the write that failed.
  absl::Status write_status_;
  HttpAnswerReader reader_;
  bool reused_ = false;
  bool answer_begun_ = false;
};

}  // namespace tailrace
