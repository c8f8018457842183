// What the answer to a `_bulk` request means as a whole, before anybody looks at its items.
//
//   200                          its items tell
//   413                          the request is too large
//   400                          something in the request cannot be read, or, compressed requests
//                                having never worked here, the compression
//   415                          the compression, or else not what talks _bulk
//   429, 5xx                     the server has too much to do, or fails: it may be fine later
//   401, 403, 404, 3xx, others   somebody has to mend something; no document is to blame
//
// Threads    Any.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "agent/net/http_answer_reader.h"

namespace tailrace {

enum class WholeMeaning : uint8_t {
  kItems,
  kTooLarge,
  kUnreadable,
  kCompression,  // To be tried once without.
  kBusy,         // 429 and 503.
  kFailing,      // Other 5xx. The server may have acted on the request.
  kToMend,
};

struct WholeAnswer {
  WholeMeaning meaning = WholeMeaning::kItems;
  std::string reason;  // For people: what it is, and what to mend. Empty for kItems.
  // kUnreadable: the answer is Elasticsearch's own, not that of something before it.
  bool from_elasticsearch = false;
  std::chrono::seconds retry_after{0};  // As the server wishes; 0 when it says nothing.
};

// `maybe_compression`: the request was compressed, and none that was has worked there yet.
WholeAnswer MeaningOf(const HttpAnswer& answer, bool maybe_compression);

}  // namespace tailrace
