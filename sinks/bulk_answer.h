// Reads the answer to a `_bulk` request and says what became of each item.
// https://www.elastic.co/guide/en/elasticsearch/reference/current/docs-bulk.html
//
//   200, 201, 409               delivered (409: it is there already)
//   413                         too large for this request: it may pass in a smaller one
//   429, 5xx, 401, 403, 404     to be sent again: the item itself may be fine
//   408, and some 400           the same; those 400 speak of the index or the cluster (a closed
//                               index, no shards left, ids refused) and not of the document
//   any other 4xx               rejected, with the server's reason
//
// Threads    Not thread-safe: it keeps the parser's memory. Owned by one lane.
// Bounds     256 MiB an answer; a reason is cut at kReasonMax bytes.
// Failure    kInvalidArgument for what is no `_bulk` answer: not JSON, or not with one item for
//            each that was sent.
// Cost       The answer that says of every item that it was created is compared, not parsed: 1 ns
//            an item.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/status.h"
#include "agent/json/json_dom.h"

namespace tailrace {

enum class ItemFate : uint8_t { kDelivered, kRetry, kTooLarge, kRejected };

struct ItemVerdict {
  ItemFate fate = ItemFate::kRetry;
  int status = 0;
  std::string reason;  // Empty when delivered.
};

// `reason` is the server's, "type: reason".
ItemFate FateOfItem(int status, std::string_view reason);

// The server takes no document with an id of ours, such as a time series collection of Amazon
// OpenSearch Serverless.
bool RefusesIds(std::string_view reason);

class BulkAnswerReader {
 public:
  static constexpr size_t kReasonMax = 1024;

  struct Verdicts {
    bool all_delivered = false;          // Then `items` may be empty.
    std::span<const ItemVerdict> items;  // In the order of the request.
  };
  // Valid until the next call.
  absl::StatusOr<Verdicts> Read(std::string_view answer, size_t items);

 private:
  JsonReader reader_;
  std::vector<ItemVerdict> verdicts_;
};

}  // namespace tailrace
