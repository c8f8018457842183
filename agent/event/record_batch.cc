#include "agent/event/record_batch.h"

namespace tailrace {

void RecordBatch::Clear() {
  arena.clear();
  arena.reserve(kArenaPaddingBytes);
  bodies.clear();
  times.clear();
  offsets.clear();
  ends.clear();
  covered.clear();
  flags.clear();
  joined.clear();
  body_bytes = 0;
}

void RecordBatch::Add(Span body, Span time, int64_t offset, uint32_t covered_bytes,
                      uint16_t flag_bits) {
  bodies.push_back(body);
  times.push_back(time);
  offsets.push_back(offset);
  ends.push_back(offset + covered_bytes);
  covered.push_back(covered_bytes);
  flags.push_back(flag_bits);
  body_bytes += body.length;
}

Span RecordBatch::AddToArena(std::string_view text) {
  Span span;
  span.offset = static_cast<uint32_t>(arena.size());
  span.length = static_cast<uint32_t>(text.size());
  span.base = static_cast<uint32_t>(SpanBase::kArena);
  arena.append(text);
  arena.reserve(arena.size() + kArenaPaddingBytes);
  return span;
}

}  // namespace tailrace
