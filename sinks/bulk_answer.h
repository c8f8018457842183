// Reads the answer to a `_bulk` request and says what became of each item.
// https://www.elastic.co/guide/en/elasticsearch/reference/current/docs-bulk.html
//
//   200, 201, 409                       delivered (409: it is there already)
//   429, 5xx, 401, 403, 404, 408, 413   to be sent again: the item itself may be fine
//   any other 4xx                       rejected, with the server's reason
//
// Threads    Not thread-safe: it keeps the parser's memory. Owned by one lane.
// Bounds     256 MiB an answer; a reason is cut at kReasonMax bytes.
// Failure    kInvalidArgument for what is no `_bulk` answer: not JSON, or not with one item for
//            each that was sent.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/status.h"
#include "agent/json/json_dom.h"

namespace tailrace {

enum class ItemFate : uint8_t { kDelivered, kRetry, kRejected };

struct ItemVerdict {
  ItemFate fate = ItemFate::kRetry;
  int status = 0;
  std::string reason;  // Empty when delivered.
};

ItemFate FateOfStatus(int status);

class BulkAnswerReader {
 public:
  static constexpr size_t kReasonMax = 1024;

  // One verdict an item, in the order of the request. Valid until the next call.
  absl::StatusOr<const std::vector<ItemVerdict>*> Read(std::string_view answer, size_t items);

 private:
  JsonReader reader_;
  std::vector<ItemVerdict> verdicts_;
};

}  // namespace tailrace
