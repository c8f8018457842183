// A server for one test: each request goes to the test's handler, which says what becomes of it.
//
// Threads    A thread for each connection; the handler runs under a mutex, so it may use what it
//            captures, and the test takes the same mutex to look at it.
// Bounds     Waits of its peers end after 30 seconds.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/agent/net/scripted_peer.h"

namespace tailrace {

struct ReceivedRequest {
  std::string head;  // To its blank line.
  std::string body;  // Inflated.
  bool gzip = false;

  std::string line() const { return head.substr(0, head.find('\r')); }
  bool is_bulk() const { return line().find("/_bulk") != std::string::npos; }
};

enum class ReplyFate : uint8_t { kWhole, kHalf, kReset, kNever, kWholeThenClose };

struct Reply {
  int status = 200;
  std::string body;
  ReplyFate fate = ReplyFate::kWhole;
};

class HttpBulkServer {
 public:
  using Handler = std::function<Reply(const ReceivedRequest&)>;

  // The handler gets the _bulk requests; all else is answered with 403.
  explicit HttpBulkServer(Handler handler);
  ~HttpBulkServer();

  std::string url() const;
  // The first `count` answers wait until all of them do; then the last comes first. Call before any
  // request.
  void HoldAnswers(size_t count) { hold_ = count; }
  std::mutex& mutex() { return mutex_; }

 private:
  void Accept();
  void Serve(ScriptedPeer peer);
  // False when the connection is to end.
  bool Answer(const ReceivedRequest& request, ScriptedPeer& peer);
  void WaitForTurn(std::unique_lock<std::mutex>& lock);

  const Handler handler_;
  UniqueFd listener_;
  const uint16_t port_;
  std::mutex mutex_;
  std::condition_variable turn_;
  size_t hold_ = 0;
  size_t held_ = 0;
  size_t next_ = 0;                  // Whose turn it is, counted from 1.
  std::atomic<bool> ending_{false};  // Relaxed: the shutdown of the sockets wakes who must see it.
  std::vector<int> open_;            // Sockets, under the mutex.
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace tailrace
