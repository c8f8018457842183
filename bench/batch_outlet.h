// BatchOutlet is the last link of the limit chain: what becomes of a full batch.
//
//   discard    nothing, beyond compression where that is asked for
//   TCP        one `_bulk` request to 127.0.0.1; its answer is read before the next one is sent, so
//              that the server works on one batch while the chain makes the next
//
// Threads    One.
// Bounds     One compressed batch; answers of 1 MiB.
// Failure    A status says what; the chain ends then.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"

#include "agent/base/unique_fd.h"
#include "agent/codec/gzip.h"

namespace tailrace {

struct BatchOutletOptions {
  bool gzip = false;
  uint16_t port = 0;  // 0: discard.
};

class BatchOutlet {
 public:
  explicit BatchOutlet(BatchOutletOptions options) : options_(options) {}

  absl::Status Connect();
  absl::Status Send(std::string_view batch);
  // Waits for what is still to be answered.
  absl::Status Finish();

  uint64_t wire_bytes() const { return wire_bytes_; }

 private:
  absl::Status Write(std::string_view bytes);
  absl::Status ReadAnswer();

  const BatchOutletOptions options_;
  UniqueFd socket_;
  GzipCompressor gzip_;
  std::string compressed_;
  std::string answer_;
  bool unanswered_ = false;
  uint64_t wire_bytes_ = 0;
};

}  // namespace tailrace
