// HttpSession is one accepted connection of an HttpServer: it reads a request, writes the answer,
// and waits for the next.
//
// Threads    As HttpServer.
// Ownership  Shared between its server and the operations under way on the loop.
// Bounds     One read buffer of 4 KiB, one head, one answer.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/functional/any_invocable.h"
#include "agent/base/unique_fd.h"
#include "agent/net/event_loop.h"
#include "agent/net/http_request_reader.h"
#include "agent/net/http_server.h"

namespace tailrace {

class HttpSession : public std::enable_shared_from_this<HttpSession> {
 public:
  using AnswerFn = std::function<HttpReply(std::string_view method, std::string_view target)>;

  // Takes `fd`. `on_end` runs on the loop, once, when the connection is closed for good.
  HttpSession(EventLoop& loop, UniqueFd fd, const HttpServerOptions& options, AnswerFn answer,
              absl::AnyInvocable<void()> on_end);
  ~HttpSession();

  void Start();

  // Closes, and runs no callback any more.
  void Abandon();

  // Waits for a request of which nothing has arrived.
  bool idle() const { return phase_ == Phase::kReading && !reader_.begun(); }

 private:
  struct Wire;  // The socket and its buffer.
  enum class Phase : uint8_t { kReading, kWriting, kLingering, kClosed };
  enum class Then : uint8_t { kNextRequest, kClose };

  void BeginRequest();
  void OnProgress(HttpRequestReader::Progress progress);
  void Read();
  void OnRead(size_t bytes);
  void Reply(const HttpReply& reply, Then then);
  void Write();
  void OnWritten(size_t bytes);
  void Linger();
  void End();

  const HttpServerOptions options_;
  AnswerFn answer_;
  absl::AnyInvocable<void()> on_end_;
  const std::unique_ptr<Wire> wire_;
  Timer deadline_;
  HttpRequestReader reader_;
  Phase phase_ = Phase::kReading;
  Then then_ = Then::kNextRequest;
  std::string method_;
  std::string output_;
  size_t written_bytes_ = 0;
  size_t lingered_bytes_ = 0;
};

}  // namespace tailrace
