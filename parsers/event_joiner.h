// An EventJoiner joins the lines that a framer made of one log to multiline events, for one
// pipeline: its rules say which lines belong together, and stdout and stderr never mix. An event
// has time, offset and id of its first line, and covers what its lines cover.
//
// What is open when a batch ends is held, with references in the ledgers of the files that its
// lines are in, as pieces are (held_pieces.h); it may go on in the next generation of the log.
//
// Invariants
//   (1) Every line is in exactly one event.
//   (2) From a place that BatchCut names on, the same lines make the same events; so which event
//       is cut by a bound depends on the bytes alone. A time-out and an eviction depend on when
//       they happen, and close the event for good: lines that come later begin another.
//   (3) An event that is held has one reference in each generation that it has lines in: to the
//       range that was opened last while it was open.
//
// Threads    Not thread-safe; owned by the worker of its file.
// Bounds     An event has at most `max_lines` lines and `max_bytes` bytes (a single line may be
//            longer), and covers at most kCoveredBytesMax; a line that goes beyond begins another
//            event. It stays open over at most kHeldSpanBytesMax of a file and kHeldGenerationsMax
//            generations. An idle joiner has about 500 bytes.
// Cost       MultilineState's, and a copy of the lines of an event that has several. No allocation
//            in steady state but for an event of over 512 bytes that a batch ends in.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/event/record_batch.h"
#include "parsers/batch_cut.h"
#include "parsers/multiline_rules.h"
#include "parsers/multiline_state.h"
#include "parsers/timestamp.h"

namespace tailrace {

struct MultilineStageOptions {
  MultilineRules rules;
  uint32_t max_lines = 500;
  uint32_t max_bytes = 1 << 20;  // Of an event's text; at most 8 MiB.
  // An event goes out when no line of it came for so long. Less: it is there earlier, and an
  // application that pauses within a trace has it torn.
  std::chrono::milliseconds timeout{2000};
};

// Why events go out that no line has ended.
enum class EventEnd : uint8_t {
  kNone,     // None does.
  kTimeout,  // Those of which no line came for `timeout`.
  kFlush,    // All: nothing more comes, or a part of the file is passed over.
  kEvict,    // All: there is no memory for them. Flagged kFlagPartial.
};

// What has happened to references by the time that a batch was joined; see EventJoiner.
struct EventRanges {
  std::vector<RangeRef> added;        // The caller takes these, before it gives any back.
  std::vector<RangeRef> handed_over;  // Go over to the caller, with the records of the events.
  std::vector<RangeRef> released;     // Not needed any more.

  void Clear();
};

struct JoinCounts {
  uint64_t lines_taken = 0;
  uint64_t lines_sent = 0;  // In events that went out; the others are held.
  uint64_t events = 0;
  uint64_t timeouts = 0;  // Events that went out because of a time-out,
  uint64_t bounds = 0;    // ... a bound,
  uint64_t evictions = 0;
};

// What one call works on.
struct JoinTarget {
  FileId file;          // Of the lines.
  RecordBatch& events;  // Of the same segment as the lines.
  BatchCut& cut;
  EventRanges& ranges;
  // Scratch: by line, which one follows it in its event.
  std::array<uint16_t, kBatchRecordsMax>& next_lines;
  MonotonicTime now;
};

class EventJoiner {
 public:
  // `options` outlive it.
  explicit EventJoiner(const MultilineStageOptions& options) : options_(&options) {}

  // Adds to target.events what `lines` complete, and says in target.cut where events are.
  void Join(const RecordBatch& lines, JoinTarget& target);
  // Adds what is open and ends for the reason `end`. After Join, and before target.cut is asked.
  void Close(EventEnd end, JoinTarget& target);

  // `range` of the file was opened, behind the lines of the last Join. Returns how many references
  // to it the events keep; those that they had are in ranges.released.
  uint32_t RangeOpened(RangeRef range, EventRanges& ranges);

  // What is open goes on in the next generation, which begins to be read at `offset`.
  // REQUIRES: nothing is open in `newer`.
  void HandOver(EventJoiner& newer, int64_t offset);

  bool open() const { return streams_[0].open() || streams_[1].open(); }
  // When the first of the open events times out; max() when none is open.
  MonotonicTime due() const;
  size_t held_bytes() const { return streams_[0].HeldBytes() + streams_[1].HeldBytes(); }
  // Since the last call.
  JoinCounts TakeCounts();

 private:
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

  struct Event {
    MultilineState state;
    std::string text;  // Of the lines that earlier batches had.
    std::array<char, kUtcTimeBytes> time{};
    FileId file;  // That the first line lies in.
    uint16_t flags = 0;
    bool held = false;  // `text` and `time` are those of lines, maybe empty ones.
    int64_t offset = 0;
    int64_t expires = kNever;  // A line of the file that ends beyond closes it.
    uint32_t covered = 0;
    uint32_t lines = 0;
    size_t bytes = 0;                             // Of all its lines, joined.
    int32_t first_line = BatchCut::kEarlierLine;  // In this batch.
    int32_t last_line = BatchCut::kEarlierLine;
    MonotonicTime last_read{};
    std::vector<RangeRef> ranges;  // References, at most one for each generation.

    bool open() const { return lines > 0; }
    size_t HeldBytes() const { return held ? text.size() + 1 : 0; }
  };
  // The line that is being joined.
  struct Line {
    const RecordBatch& batch;
    size_t index;
    size_t joined;  // Its entries in batch.joined.
    size_t joined_end;
  };

  void TakeLine(const Line& line, JoinTarget& target);
  void SendAlone(const Line& line, JoinTarget& target);
  void Begin(Event& event, const Line& line, JoinTarget& target);
  void Add(Event& event, const Line& line, JoinTarget& target);
  static void AddRanges(Event& event, const Line& line, JoinTarget& target);
  bool Fits(const Event& event, const Line& line) const;
  // `lines` are those of the batch that it has lines in; null when it has none.
  void Send(Event& event, uint16_t flag_bits, const RecordBatch* lines, JoinTarget& target);
  static Span BodyOf(const Event& event, const RecordBatch* lines, JoinTarget& target);
  static Span TimeOf(const Event& event, const RecordBatch* lines, JoinTarget& target);
  static void Append(const Event& event, const RecordBatch& lines, const JoinTarget& target,
                     std::string& text);
  void Hold(Event& event, const RecordBatch& lines, JoinTarget& target);
  void SendExpired(const Line& line, JoinTarget& target);

  const MultilineStageOptions* options_;
  std::array<Event, 2> streams_;  // stdout, and what names no stream; stderr.
  int64_t next_expiry_ = kNever;  // Not after that of any open event.
  JoinCounts counts_;
};

}  // namespace tailrace
