// EventRun frames text and joins its lines, for tests of what becomes of them: no ledger, no
// restart.
//
// Threads    Not thread-safe; for tests.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/event_joiner.h"
#include "parsers/framer.h"

namespace tailrace {

struct JoinedEvent {
  std::string body;
  std::string time;
  int64_t offset = 0;
  uint32_t covered = 0;
  uint16_t flags = 0;
};

class EventRun {
 public:
  EventRun(const MultilineStageOptions& options, FileFormat format);

  // Bytes that follow, in one segment.
  void Feed(std::string_view text);
  void Close(EventEnd end);
  void Advance(std::chrono::milliseconds by) { now_ += by; }

  const std::vector<JoinedEvent>& events() const { return events_; }
  std::vector<std::string> Bodies() const;
  // Where the last batch may be cut; -1: nowhere.
  int64_t cut() const { return cut_offset_; }
  EventJoiner& joiner() { return joiner_; }

 private:
  void Finish(EventEnd end, int64_t begin_bytes);

  HeldPieces held_;
  Framer framer_;
  EventJoiner joiner_;
  RecordBatch lines_;
  RecordBatch joined_;
  BatchCut cut_;
  EventRanges ranges_;
  std::array<uint16_t, kBatchRecordsMax> next_lines_{};
  MonotonicTime now_{};
  uint64_t ranges_opened_ = 0;
  int64_t cut_offset_ = -1;
  std::vector<JoinedEvent> events_;
};

}  // namespace tailrace
