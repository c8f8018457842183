// How agent.memory_limit is shared out.
//
// Threads    Any.
// Units      Bytes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tailrace {

struct MemorySplit {
  int64_t slabs_bytes = 0;            // 20 %: what is being read and framed.
  int64_t framing_bytes = 0;          // 10 %: held pieces of lines.
  int64_t payloads_bytes = 0;         // 70 %: what waits for the sinks, all together ...
  int64_t payloads_a_sink_bytes = 0;  // ... and each sink's equal share of it.
};

// REQUIRES: at least one sink.
MemorySplit SplitMemory(int64_t limit_bytes, size_t sinks);

}  // namespace tailrace
