// BulkOutlet discards a batch, beyond compression where that is asked for, or sends it to 127.0.0.1
// as one `_bulk` request, whose answer is read before the next one is sent, so that the server
// works on one batch while the chain makes the next.
//
// Threads    One.
// Bounds     One compressed batch; answers of 1 MiB.
#pragma once

#include <string>

#include "agent/codec/gzip.h"
#include "bench/batch_outlet.h"

namespace tailrace {

struct BulkOutletOptions {
  bool gzip = false;
  uint16_t port = 0;  // 0: discard.
};

class BulkOutlet final : public BatchOutlet {
 public:
  explicit BulkOutlet(BulkOutletOptions options) : options_(options) {}

  absl::Status Connect() override;
  absl::Status Send(std::string_view batch, const std::vector<uint32_t>& ends) override;
  absl::Status Finish() override;

 private:
  absl::Status ReadAnswer();

  const BulkOutletOptions options_;
  UniqueFd socket_;
  GzipCompressor gzip_;
  std::string compressed_;
  std::string answer_;
  bool unanswered_ = false;
};

}  // namespace tailrace
