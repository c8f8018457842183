#include "tests/parsers/framing_run.h"

#include <utility>

#include "agent/base/check.h"

namespace tailrace {

std::ostream& operator<<(std::ostream& out, const FramedRecord& record) {
  return out << "{file " << record.file << " offset " << record.offset << " covered "
             << record.covered << " flags " << record.flags << " time \"" << record.time
             << "\" body \"" << record.body.substr(0, 200) << "\" (" << record.body.size() << ")}";
}

void FramingRun::Open(uint32_t file, int64_t offset) {
  files_[file] = std::make_unique<File>(file, options_, offset);
  const auto older = files_.find(file - 1);
  if (older == files_.end()) return;
  HeldPieces& held = files_[file]->held;
  held = std::exchange(older->second->held, {});
  for (HeldPiece& piece : held.streams) {
    piece.last_file = FileId(file);
    piece.last_file_offset = offset;
  }
}

void FramingRun::BeginBatch(const char* segment) {
  batch_.Clear();
  batch_.segment = segment;
  batch_.read_wall_nanos = read_wall_nanos_;
}

void FramingRun::Feed(uint32_t file, std::string_view bytes) {
  Framer& framer = files_.at(file)->framer;
  const int64_t next = framer.next_bytes() + static_cast<int64_t>(bytes.size());
  while (!bytes.empty()) {
    // A copy of exactly this size, so that AddressSanitizer sees what reads beyond it.
    const std::unique_ptr<char[]> segment(new char[bytes.size()]);
    bytes.copy(segment.get(), bytes.size());
    BeginBatch(segment.get());
    const size_t used = framer.Frame({segment.get(), bytes.size()}, batch_);
    CHECK(used > 0 && used <= bytes.size());
    FinishBatch(file);
    bytes.remove_prefix(used);
  }
  CHECK(framer.next_bytes() == next);
}

void FramingRun::Flush(uint32_t file) {
  BeginBatch(nullptr);
  files_.at(file)->framer.Flush(batch_);
  FinishBatch(file);
}

void FramingRun::FlushLine(uint32_t file) {
  BeginBatch(nullptr);
  files_.at(file)->framer.FlushLine(batch_);
  FinishBatch(file);
}

void FramingRun::FlushPieces(uint32_t file, int64_t held_since_nanos) {
  BeginBatch(nullptr);
  files_.at(file)->framer.FlushPieces(held_since_nanos, batch_);
  FinishBatch(file);
}

void FramingRun::Skip(uint32_t file, int64_t bytes) {
  BeginBatch(nullptr);
  files_.at(file)->framer.Skip(bytes, batch_);
  files_.at(file)->skipped += bytes;
  FinishBatch(file);
}

void FramingRun::FinishBatch(uint32_t file) {
  File& framed = *files_.at(file);
  const int64_t end = framed.framer.end_bytes();
  CHECK(batch_.size() <= kBatchRecordsMax);
  CHECK(end >= framed.ledger.end_bytes() && end <= framed.framer.next_bytes());
  std::optional<RangeRef> range;
  if (end > framed.ledger.end_bytes()) {
    const RangeEnd kind =
        framed.framer.end_is_resumable() ? RangeEnd::kResumable : RangeEnd::kInsideRecord;
    range = RangeRef{FileId(file), framed.ledger.TryOpen(end, {}, kind).value()};
    for (uint32_t kept = framed.framer.RangeOpened(*range); kept > 0; --kept) {
      framed.ledger.AddRef(range->range);
    }
  }
  CollectRecords(file, range);
  ReleaseJoined(file, range);
  for (const RangeRef& released : framed.framer.released()) Release(released);
  framed.framer.released().clear();
  if (range) Release(*range);
  SettleSeam();
}

void FramingRun::CollectRecords(uint32_t file, std::optional<RangeRef> range) {
  size_t joined = 0;
  for (size_t i = 0; i < batch_.size(); ++i) {
    FramedRecord record;
    record.file = file;
    std::vector<RangeRef> references;
    for (; joined < batch_.joined.size() && batch_.joined[joined].record == i; ++joined) {
      record.file = batch_.joined[joined].file.value();
      references.push_back(batch_.joined[joined].first_range);
    }
    if (range) references.push_back(*range);
    record.offset = batch_.offsets[i];
    record.covered = batch_.covered[i];
    record.flags = batch_.flags[i];
    record.time = batch_.Text(batch_.times[i]);
    record.body = batch_.Text(batch_.bodies[i]);
    for (const RangeRef& reference : references) LedgerOf(reference.file).AddRef(reference.range);
    records_.push_back(std::move(record));
    references_.push_back(std::move(references));
  }
  CHECK(joined == batch_.joined.size());
  joined_entries_ += joined;
}

// The references that came with the records: given back, or tied where generations meet.
void FramingRun::ReleaseJoined(uint32_t file, std::optional<RangeRef> range) {
  bool tied = false;
  for (const JoinedRecord& joined : batch_.joined) {
    tied = tied || joined.first_range.file != FileId(file);
  }
  for (const JoinedRecord& joined : batch_.joined) {
    if (tied) {
      seam_.Hold(joined.first_range);
    } else {
      Release(joined.first_range);
    }
  }
  if (!tied || !range) return;
  LedgerOf(range->file).AddRef(range->range);
  seam_.Hold(*range);
}

void FramingRun::Settle(size_t index) {
  for (const RangeRef& range : references_[index]) Release(range);
  references_[index].clear();
  SettleSeam();
}

void FramingRun::Release(RangeRef range) { LedgerOf(range.file).Release(range.range); }

void FramingRun::SettleSeam() {
  const auto ledger_of = [this](FileId id) -> const AckLedger& { return LedgerOf(id); };
  if (seam_.empty() || !seam_.Settled(ledger_of)) return;
  for (const RangeRef& range : seam_.TakeAll()) Release(range);
}

int64_t FramingRun::accounted_bytes() const {
  int64_t bytes = 0;
  for (const FramedRecord& record : records_) bytes += record.covered;
  for (const auto& [id, file] : files_) {
    bytes += static_cast<int64_t>(file->framer.skips().total_bytes()) + file->skipped;
  }
  return bytes;
}

int64_t FramingRun::framed_bytes() const {
  int64_t bytes = 0;
  for (const auto& [id, file] : files_) bytes += file->framer.end_bytes() - file->begin;
  return bytes;
}

std::vector<FramedRecord> FrameInSegments(const FramerOptions& options, std::string_view input,
                                          const std::vector<size_t>& splits, bool flush) {
  FramingRun run(options);
  run.Open(1, 0);
  size_t begin = 0;
  for (const size_t split : splits) {
    run.Feed(1, input.substr(begin, split - begin));
    begin = split;
  }
  run.Feed(1, input.substr(begin));
  if (flush) run.Flush(1);
  return run.records();
}

std::vector<FramedRecord> FrameWhole(const FramerOptions& options, std::string_view input) {
  return FrameInSegments(options, input, {}, true);
}

std::vector<std::string> Bodies(const std::vector<FramedRecord>& records) {
  std::vector<std::string> bodies;
  bodies.reserve(records.size());
  for (const FramedRecord& record : records) bodies.push_back(record.body);
  return bodies;
}

}  // namespace tailrace
