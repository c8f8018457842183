// The part of Worker that brings a framed batch to the sinks and into the file's ledger.
#include <algorithm>
#include <utility>

#include "agent/base/check.h"
#include "agent/pipeline/worker.h"

namespace tailrace {

// Where multiline events are open, the batch is cut where none is: else the frontier would stand
// still for as long as a next line may belong to the event before it. The first range is for all
// records of the batch, since what holds it holds all that follows.
Worker::OpenedRanges Worker::OpenRanges(WorkerFile& file, const BatchBytes& bytes) {
  AckLedger& ledger = file.ledger;
  const int64_t end_bytes = file.framer.end_bytes();
  const bool resumable = file.framer.end_is_resumable() && !file.events.open();
  OpenedRanges opened;
  if (end_bytes == ledger.end_bytes()) {
    const std::vector<RangeRef>& sent = multiline_.ranges().handed_over;
    const bool closed = std::any_of(sent.begin(), sent.end(),
                                    [&](const RangeRef& range) { return range.file == file.id; });
    if (closed && resumable) ledger.MarkEndResumable();
    return opened;
  }
  if (!resumable && !file.events.empty()) {
    const auto place = multiline_.cut().Find(batch_, file.held, file.id, ledger.end_bytes());
    if (place && place->line == 0) ledger.MarkEndResumable();
    if (place && place->offset > ledger.end_bytes() && place->offset >= bytes.offset &&
        place->offset < end_bytes && ledger.room() > 1) {
      opened.first = OpenRange(file, place->offset, bytes, RangeEnd::kResumable);
    }
  }
  opened.last =
      OpenRange(file, end_bytes, bytes, resumable ? RangeEnd::kResumable : RangeEnd::kInsideRecord);
  uint32_t kept = file.framer.RangeOpened(*opened.last);
  kept += file.events.RangeOpened(*opened.last, multiline_.ranges());
  for (; kept > 0; --kept) ledger.AddRef(opened.last->range);
  return opened;
}

RangeRef Worker::OpenRange(WorkerFile& file, int64_t end_bytes, const BatchBytes& bytes,
                           RangeEnd end) {
  const auto before_end = static_cast<size_t>(std::max<int64_t>(end_bytes - bytes.offset, 0));
  const Anchor anchor = file.tail.AnchorAfter(bytes.text.substr(0, before_end));
  const std::optional<RangeId> range = file.ledger.TryOpen(end_bytes, anchor, end);
  CHECK(range.has_value());  // The caller saw that the ledger is not full.
  return {file.id, *range};
}

void Worker::FinishBatch(WorkerFile& file, const BatchBytes& bytes, EventEnd end) {
  file.rereads = false;
  const RouteBatches batches = multiline_.Run(file, batch_, end, clock_.Now());
  const OpenedRanges opened = OpenRanges(file, bytes);
  const std::optional<RangeRef> range = opened.first ? opened.first : opened.last;
  EventRanges& events = multiline_.ranges();
  for (const RangeRef& ref : events.added) files_.AddRef(ref);
  CountFramed(file, batches.records().size());
  dispatch_.Dispatch(file, batches, range, clock_.Now());
  for (BatchDispatch::Rejection& rejection : dispatch_.rejections()) {
    AddDeadLetter(rejection.sink, std::move(rejection.item));
  }
  for (const JoinedRecord& joined : batch_.joined) events.handed_over.push_back(joined.first_range);
  ReleaseJoined(file, range);
  for (const RangeRef& ref : events.released) files_.Release(ref);
  for (const RangeRef& ref : file.framer.released()) files_.Release(ref);
  file.framer.released().clear();
  if (opened.first) files_.Release(*opened.first);
  if (opened.last) files_.Release(*opened.last);
  if (file.events.open()) next_event_end_ = std::min(next_event_end_, file.events.due());
  LookAtWindows(file);
}

// What came with the records that span ranges. The payloads hold their own references by now.
void Worker::ReleaseJoined(WorkerFile& file, std::optional<RangeRef> range) {
  const std::vector<RangeRef>& joined = multiline_.ranges().handed_over;
  const bool spans = std::any_of(joined.begin(), joined.end(),
                                 [&](const RangeRef& ref) { return ref.file != file.id; });
  for (const RangeRef& ref : joined) {
    if (spans) {
      files_.HoldInSeam(file, ref);
    } else {
      files_.Release(ref);
    }
  }
  if (!spans || !range) return;
  files_.AddRef(*range);
  files_.HoldInSeam(file, *range);
}

void Worker::CountFramed(WorkerFile& file, size_t records) {
  SourceFlow& flow = *source_flows_[file.stream->source.value()];
  uint64_t covered = 0;
  uint16_t odd = 0;
  for (size_t i = 0; i < batch_.size(); ++i) {
    covered += batch_.covered[i];
    odd |= batch_.flags[i];
  }
  flow.records.Add(records);
  flow.covered_bytes.Add(covered);
  const FramerSkips& skips = file.framer.skips();
  FramerSkips& counted = file.counted_skips;
  flow.nul_bytes.Add(skips.nul_run_bytes - counted.nul_run_bytes);
  flow.line_rest_bytes.Add(skips.line_rest_bytes - counted.line_rest_bytes);
  flow.bom_bytes.Add(skips.bom_bytes - counted.bom_bytes);
  counted = skips;
  if ((odd & (kFlagCut | kFlagPartial | kFlagMalformed)) == 0) return;
  for (const uint16_t flags : batch_.flags) {
    if (flags & kFlagCut) flow.cut_records.Add(1);
    if (flags & kFlagPartial) flow.partial_records.Add(1);
    if (flags & kFlagMalformed) flow.malformed_records.Add(1);
  }
}

}  // namespace tailrace
