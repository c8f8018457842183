// A dead letter is a record that a sink will never take, as a line of NDJSON:
//
//   {"@timestamp":"2026-01-02T03:04:05.678901234Z","sink":"es","reason":"...","record":{...}}
//
// `record` is the document as it was sent (but for the newline after it), or a string of it where
// it is no JSON that may stand in a line as it is.
//
// Threads    Any; free functions.
// Bounds     The document's size, escaped at worst.
// Cost       Some microseconds and an allocation: a rejected record is no usual event.
#pragma once

#include <cstdint>
#include <string_view>

#include "sinks/grow_buffer.h"

namespace tailrace {

struct DeadLetter {
  std::string_view sink;
  std::string_view reason;
  std::string_view document;
  int64_t wall_nanos = 0;  // When it was rejected.
};

// Appends the letter's line, with its newline.
void AppendDeadLetter(const DeadLetter& letter, GrowBuffer& out);

}  // namespace tailrace
