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
  File& opened = files_[file];
  opened.framer = std::make_unique<Framer>(FileId(file), options_, offset, &held_);
  opened.begin = opened.end = offset;
}

void FramingRun::BeginBatch(const char* segment) {
  batch_.Clear();
  batch_.segment = segment;
  batch_.read_wall_nanos = read_wall_nanos_;
}

void FramingRun::Feed(uint32_t file, std::string_view bytes) {
  Framer& framer = *files_.at(file).framer;
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
  files_.at(file).framer->Flush(batch_);
  FinishBatch(file);
}

void FramingRun::FlushPieces(uint32_t file, int64_t held_since_nanos) {
  BeginBatch(nullptr);
  files_.at(file).framer->FlushPieces(held_since_nanos, batch_);
  FinishBatch(file);
}

void FramingRun::Skip(uint32_t file, int64_t bytes) {
  BeginBatch(nullptr);
  files_.at(file).framer->Skip(bytes, batch_);
  files_.at(file).skipped += bytes;
  FinishBatch(file);
}

void FramingRun::FinishBatch(uint32_t file) {
  File& framed = files_.at(file);
  CHECK(batch_.size() <= kBatchRecordsMax);
  CHECK(framed.framer->end_bytes() >= framed.end);
  CHECK(framed.framer->end_bytes() <= framed.framer->next_bytes());
  const bool opens = framed.framer->end_bytes() > framed.end;
  if (opens) {
    framed.ranges.push_back({framed.end, 0});
    framed.end = framed.framer->end_bytes();
    const RangeRef range{FileId(file), RangeId(framed.ranges.size() - 1)};
    framed.ranges.back().references = static_cast<int>(framed.framer->RangeOpened(range));
  }
  const size_t before = records_.size();
  CollectRecords(file);
  if (!opens) return;
  for (size_t i = before; i < records_.size(); ++i) {
    references_[i].push_back({FileId(file), RangeId(framed.ranges.size() - 1)});
    ++framed.ranges.back().references;
  }
}

void FramingRun::CollectRecords(uint32_t file) {
  size_t joined = 0;
  for (size_t i = 0; i < batch_.size(); ++i) {
    FramedRecord record;
    record.file = file;
    std::vector<RangeRef> references;
    for (; joined < batch_.joined.size() && batch_.joined[joined].record == i; ++joined) {
      record.file = batch_.joined[joined].file.value();
      references.push_back(batch_.joined[joined].first_range);
    }
    record.offset = batch_.offsets[i];
    record.covered = batch_.covered[i];
    record.flags = batch_.flags[i];
    record.time = batch_.Text(batch_.times[i]);
    record.body = batch_.Text(batch_.bodies[i]);
    records_.push_back(std::move(record));
    references_.push_back(std::move(references));
  }
  CHECK(joined == batch_.joined.size());
  joined_entries_ += joined;
}

void FramingRun::Settle(size_t index) {
  for (const RangeRef& range : references_[index]) Release(range);
  references_[index].clear();
}

void FramingRun::Release(RangeRef range) {
  Range& released = files_.at(range.file.value()).ranges.at(range.range.value());
  CHECK(released.references > 0);
  --released.references;
}

int64_t FramingRun::frontier_bytes(uint32_t file) const {
  const File& framed = files_.at(file);
  for (const Range& range : framed.ranges) {
    if (range.references > 0) return range.begin;
  }
  return framed.end;
}

int64_t FramingRun::accounted_bytes() const {
  int64_t bytes = 0;
  for (const FramedRecord& record : records_) bytes += record.covered;
  for (const auto& [id, file] : files_) {
    bytes += static_cast<int64_t>(file.framer->skips().total_bytes()) + file.skipped;
  }
  return bytes;
}

int64_t FramingRun::framed_bytes() const {
  int64_t bytes = 0;
  for (const auto& [id, file] : files_) bytes += file.framer->end_bytes() - file.begin;
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
  for (const FramedRecord& record : records) bodies.push_back(record.body);
  return bodies;
}

}  // namespace tailrace
