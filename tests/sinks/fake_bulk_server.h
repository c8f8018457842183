// A BulkTransport without a network: what is sent waits until the test says what becomes of it.
//
// Threads    One test thread.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <utility>

#include "sinks/bulk_transport.h"

namespace tailrace {

class FakeBulkServer final : public BulkTransport {
 public:
  struct Request {
    BulkRequest request;
    HttpDoneFn done;
  };

  absl::Status Send(const BulkRequest& request, HttpDoneFn done) override {
    if (!send_status.ok()) return send_status;
    // A greeting is answered as servers that say nothing of themselves do, unless a test asks.
    if (request.target == "/" && !keep_greetings) {
      greetings.push_back({request, std::move(done)});
      return absl::OkStatus();
    }
    requests.push_back({request, std::move(done)});
    return absl::OkStatus();
  }

  // The oldest request ends so.
  void Answer(int status, std::string body = "", HttpAnswer answer = {}) {
    answer.status = status;
    answer.body = std::move(body);
    HttpResult result;
    result.outcome = HttpOutcome::kAnswered;
    result.answer = std::move(answer);
    End(requests, std::move(result));
  }
  void Fail(HttpOutcome outcome, bool stale = false,
            absl::Status status = absl::UnavailableError("reset by peer")) {
    HttpResult result;
    result.outcome = outcome;
    result.status = std::move(status);
    result.stale_connection = stale;
    End(requests, std::move(result));
  }
  void Greet(int status, std::string body) {
    HttpResult result;
    result.outcome = HttpOutcome::kAnswered;
    result.answer.status = status;
    result.answer.body = std::move(body);
    End(greetings, std::move(result));
  }
  static void End(std::deque<Request>& queue, HttpResult result) {
    Request request = std::move(queue.front());
    queue.pop_front();
    request.done(std::move(result));
  }

  absl::Status send_status;
  bool keep_greetings = false;  // Among the other requests.
  std::deque<Request> requests;
  std::deque<Request> greetings;
};

}  // namespace tailrace
