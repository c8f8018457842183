// FramingRun plays the worker for tests: it frames the generations of one log, opens a range in the
// file's ledger after each call, and keeps for each record the references that it holds, so that a
// test can settle records in any order, stop, and begin again from the frontiers.
//
// Threads    Not thread-safe; for tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "agent/event/record_batch.h"
#include "agent/state/ack_ledger.h"
#include "agent/state/seam.h"
#include "parsers/framer.h"

namespace tailrace {

// A record as a sink would see it.
struct FramedRecord {
  uint32_t file = 0;
  int64_t offset = 0;
  uint32_t covered = 0;
  uint16_t flags = 0;
  std::string time;
  std::string body;

  friend auto operator<=>(const FramedRecord&, const FramedRecord&) = default;
};
std::ostream& operator<<(std::ostream& out, const FramedRecord& record);

class FramingRun {
 public:
  explicit FramingRun(FramerOptions options) : options_(std::move(options)) {}

  // Begins to read generation `file` at `offset`. What generation `file` - 1 holds goes on in it.
  void Open(uint32_t file, int64_t offset);
  // `bytes` follow; they are given to the framer in one segment.
  void Feed(uint32_t file, std::string_view bytes);
  void Flush(uint32_t file);
  void FlushLine(uint32_t file);
  void FlushPieces(uint32_t file, int64_t held_since_nanos);
  void Skip(uint32_t file, int64_t bytes);

  // The sink has confirmed records()[index].
  void Settle(size_t index);

  const std::vector<FramedRecord>& records() const { return records_; }
  const Framer& framer(uint32_t file) const { return files_.at(file)->framer; }
  // Of the newest generation.
  const HeldPieces& held() const { return files_.rbegin()->second->held; }
  int64_t frontier_bytes(uint32_t file) const { return files_.at(file)->ledger.frontier_bytes(); }
  size_t joined_entries() const { return joined_entries_; }
  void set_read_wall_nanos(int64_t nanos) { read_wall_nanos_ = nanos; }

  // Of all files: what records cover and what was skipped.
  int64_t accounted_bytes() const;
  int64_t framed_bytes() const;

 private:
  struct File {
    File(uint32_t id, const FramerOptions& options, int64_t offset)
        : framer(FileId(id), options, offset, &held), ledger(offset, {}, SIZE_MAX), begin(offset) {}

    HeldPieces held;
    Framer framer;
    AckLedger ledger;
    const int64_t begin;
    int64_t skipped = 0;
  };

  void BeginBatch(const char* segment);
  void FinishBatch(uint32_t file);
  void CollectRecords(uint32_t file, std::optional<RangeRef> range);
  void ReleaseJoined(uint32_t file, std::optional<RangeRef> range);
  AckLedger& LedgerOf(FileId file) { return files_.at(file.value())->ledger; }
  void Release(RangeRef range);
  void SettleSeam();

  const FramerOptions options_;
  std::map<uint32_t, std::unique_ptr<File>> files_;
  Seam seam_;
  RecordBatch batch_;
  std::vector<FramedRecord> records_;
  std::vector<std::vector<RangeRef>> references_;  // Of each record.
  size_t joined_entries_ = 0;
  int64_t read_wall_nanos_ = 1;
};

// The records of one generation that is read in segments which end at `splits` (offsets, sorted),
// and flushed at its end if `flush`.
std::vector<FramedRecord> FrameInSegments(const FramerOptions& options, std::string_view input,
                                          const std::vector<size_t>& splits, bool flush);
// ... in one segment, flushed.
std::vector<FramedRecord> FrameWhole(const FramerOptions& options, std::string_view input);

// Bodies of the records, for the tables of the tests.
std::vector<std::string> Bodies(const std::vector<FramedRecord>& records);

}  // namespace tailrace
