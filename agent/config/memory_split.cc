#include "agent/config/memory_split.h"

#include "agent/base/check.h"

namespace tailrace {

MemorySplit SplitMemory(int64_t limit_bytes, size_t sinks) {
  CHECK(sinks > 0);
  MemorySplit split;
  split.slabs_bytes = limit_bytes / 5;
  split.framing_bytes = limit_bytes / 10;
  split.payloads_bytes = limit_bytes - split.slabs_bytes - split.framing_bytes;
  split.payloads_a_sink_bytes = split.payloads_bytes / static_cast<int64_t>(sinks);
  return split;
}

}  // namespace tailrace
