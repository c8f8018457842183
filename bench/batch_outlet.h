// BatchOutlet is the last link of the limit chain: what becomes of a full batch.
//
// Threads    One.
// Failure    A status says what; the chain ends then.
// Cost       One virtual call a batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "agent/base/unique_fd.h"

namespace tailrace {

class BatchOutlet {
 public:
  virtual ~BatchOutlet() = default;
  BatchOutlet(const BatchOutlet&) = delete;
  BatchOutlet& operator=(const BatchOutlet&) = delete;

  virtual absl::Status Connect() = 0;
  // `ends[i]` is where document i of `batch` ends, behind its newline.
  virtual absl::Status Send(std::string_view batch, const std::vector<uint32_t>& ends) = 0;
  // Waits for what is still to be answered.
  virtual absl::Status Finish() = 0;

  uint64_t wire_bytes() const { return wire_bytes_; }

 protected:
  BatchOutlet() = default;

  uint64_t wire_bytes_ = 0;
};

// What the outlets share of a socket.
absl::Status ConnectToLoopback(uint16_t port, UniqueFd& socket);
absl::Status SendAll(int socket, std::string_view bytes);

}  // namespace tailrace
