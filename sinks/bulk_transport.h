// A BulkTransport carries the requests of one BulkDelivery to its endpoints and says what came
// back. Over HTTP in the agent; in tests, and in simulated time, whatever is asked of it.
//
// Threads    Owned by one lane.
// Ownership  A request's body stays the caller's and as it is until its callback has run.
// Ordering   A callback never runs inside Send, and once for each Send that returned OK, unless the
//            transport is shut down before.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "agent/net/http_client.h"

namespace tailrace {

struct BulkRequest {
  size_t endpoint = 0;
  std::string method = "POST";
  std::string target = "/_bulk";
  std::string_view content_type;  // "": none.
  std::string_view body;
  bool gzip = false;  // The body is to be compressed on its way.
};

class BulkTransport {
 public:
  virtual ~BulkTransport() = default;

  // Errors are those of HttpClient::Send.
  [[nodiscard]] virtual absl::Status Send(const BulkRequest& request, HttpDoneFn done) = 0;
};

}  // namespace tailrace
