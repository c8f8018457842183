// The part of Worker that takes the reader's segments: the life of a file, framing, and what
// happens when there is no room.
#include <algorithm>
#include <utility>

#include "agent/base/check.h"
#include "agent/pipeline/worker.h"

namespace tailrace {
namespace {

// A piece waits for so many times `flush_partial` while there is more of its file to be read.
constexpr int64_t kBehindPatience = 12;

}  // namespace

void Worker::TakeSegment(OpenSlab* slab, Segment& segment) {
  if (segment.kind == SegmentKind::kEndOfInput) {
    input_ended_ = true;
    flush_held_ = segment.flush_held;
    return;
  }
  if (segment.kind == SegmentKind::kOpen) {
    FramerOptions framing = options_.framing[segment.opened->stream->source.value()];
    framing.format = segment.opened->stream->format;
    WorkerFile& opened =
        files_.Open(segment.file, segment.offset, std::move(*segment.opened), framing);
    opened.binding = plan_->BindStream(*opened.stream);
    return;
  }
  WorkerFile* file = files_.Find(segment.file);
  CHECK(file != nullptr);
  files_.Grow(*file, segment.file_bytes);
  if (segment.kind == SegmentKind::kGrew) return;
  if (file->waiting) {
    // Whatever it is, the reader sends it again, in its place, after kResume.
    if (!file->handed_back) {
      HandBack(*file, file->parked->segment.offset + file->parked->segment.length);
    }
    return;
  }
  if (WaitsForRange(*file, segment)) return;
  switch (segment.kind) {
    case SegmentKind::kData:
      return TakeData(*file, slab, std::move(segment));
    case SegmentKind::kSkip:
      return TakeSkip(*file, segment);
    default:
      return TakeLifeStep(*file, segment);
  }
}

bool Worker::WaitsForRange(WorkerFile& file, const Segment& segment) {
  const bool may_open = segment.kind == SegmentKind::kSkip || segment.kind == SegmentKind::kFlush ||
                        segment.kind == SegmentKind::kEnd;
  if (!may_open || !file.ledger.full()) return false;
  // One that is behind a kRewind comes again anyway.
  if (segment.offset != file.framer.next_bytes()) return true;
  waiting_.push_back(file.id);
  file.waiting = true;
  HandBack(file, segment.offset);
  return true;
}

void Worker::TakeLifeStep(WorkerFile& file, Segment& segment) {
  switch (segment.kind) {
    case SegmentKind::kFlush:
      FlushLine(file);
      break;
    case SegmentKind::kRekey:
      Rekey(file, std::move(segment.opened->stream));
      break;
    case SegmentKind::kEnd:
      // Sent before something was handed back, and sent again after it.
      if (segment.offset != file.framer.next_bytes()) break;
      FlushLine(file);
      file.ended = true;
      files_.MarkDirty(file);
      reader_.Send(ReaderCommand::Kind::kClosed, file.id);
      break;
    case SegmentKind::kReopen:
      file.ended = false;
      files_.MarkDirty(file);
      break;
    case SegmentKind::kGone:
      file.gone = true;
      files_.MarkDirty(file);
      break;
    default:
      CHECK(false);
  }
}

void Worker::TakeData(WorkerFile& file, OpenSlab* slab, Segment segment) {
  const int64_t expected = file.framer.next_bytes();
  const int64_t behind = expected - segment.offset;
  // Read before a kRewind was seen: what is new in it is used, a gap is on its way again.
  if (behind < 0 || behind >= segment.length) return;
  segment.offset += behind;
  segment.begin += static_cast<uint32_t>(behind);
  segment.length -= static_cast<uint32_t>(behind);
  if (FrameAll(file, *slab->slab, segment)) return;
  Park(file, slab, std::move(segment));
}

bool Worker::HasRoom(WorkerFile& file, size_t input_bytes) {
  if (!files_.MayBegin(file) || file.ledger.full()) return false;
  for (const Route& route : file.binding) {
    for (const SinkId sink : route.pipeline->to) {
      if (dead_letters_.full(sink)) return false;
    }
  }
  return dispatch_.Reserve(file, input_bytes);
}

bool Worker::FrameAll(WorkerFile& file, const Slab& slab, Segment& segment) {
  while (segment.length > 0) {
    if (!HasRoom(file, segment.length)) return false;
    const std::string_view bytes(slab.bytes.get() + segment.begin, segment.length);
    const auto held_before = static_cast<int64_t>(file.HeldBytes());
    batch_.Clear();
    batch_.segment = bytes.data();
    batch_.read_wall_nanos = segment.read_wall_nanos;
    const size_t used = file.framer.Frame(bytes, batch_);
    CHECK(used > 0 && used <= bytes.size());
    const int64_t end = file.framer.end_bytes() - segment.offset;
    const std::string_view before_end =
        bytes.substr(0, static_cast<size_t>(std::max<int64_t>(end, 0)));
    FinishBatch(file, file.tail.AnchorAfter(before_end));
    file.tail.Append(bytes.substr(0, used));
    HeldChanged(static_cast<int64_t>(file.HeldBytes()) - held_before);
    const int64_t delay = clock_.WallNanos() - segment.read_wall_nanos;
    file.held_delay_nanos = file.held.any_open() ? std::max(file.held_delay_nanos, delay) : 0;
    segment.begin += static_cast<uint32_t>(used);
    segment.offset += static_cast<int64_t>(used);
    segment.length -= static_cast<uint32_t>(used);
  }
  if (links_.framing->exceeded()) EvictPieces();
  return true;
}

void Worker::FinishBatch(WorkerFile& file, Anchor anchor) {
  std::optional<RangeRef> range;
  file.rereads = false;
  if (file.framer.end_bytes() > file.ledger.end_bytes()) {
    const std::optional<RangeId> id = file.ledger.TryOpen(
        file.framer.end_bytes(), anchor,
        file.framer.end_is_resumable() ? RangeEnd::kResumable : RangeEnd::kInsideRecord);
    CHECK(id.has_value());  // The caller saw that the ledger is not full.
    range = RangeRef{file.id, *id};
    for (uint32_t kept = file.framer.RangeOpened(*range); kept > 0; --kept) {
      file.ledger.AddRef(*id);
    }
  }
  CountFramed(file);
  dispatch_.Dispatch(file, batch_, range, clock_.Now());
  ReleaseJoined(file, range);
  for (const RangeRef& ref : file.framer.released()) files_.Release(ref);
  file.framer.released().clear();
  if (range) files_.Release(*range);
}

// The payloads hold their own references by now.
void Worker::ReleaseJoined(WorkerFile& file, std::optional<RangeRef> range) {
  const bool spans = std::any_of(batch_.joined.begin(), batch_.joined.end(),
                                 [&](const auto& j) { return j.first_range.file != file.id; });
  for (const JoinedRecord& joined : batch_.joined) {
    if (spans) {
      files_.HoldInSeam(file, joined.first_range);
    } else {
      files_.Release(joined.first_range);
    }
  }
  if (!spans || !range) return;
  files_.AddRef(*range);
  files_.HoldInSeam(file, *range);
}

void Worker::HeldChanged(int64_t bytes) {
  framing_bytes_ += bytes;
  if (bytes > 0) {
    links_.framing->ForceReserve(bytes);
  } else {
    links_.framing->Release(-bytes);
  }
}

void Worker::CountFramed(WorkerFile& file) {
  SourceFlow& flow = flow_.sources[file.stream->source.value()];
  uint64_t covered = 0;
  uint16_t odd = 0;
  for (size_t i = 0; i < batch_.size(); ++i) {
    covered += batch_.covered[i];
    odd |= batch_.flags[i];
  }
  flow.records.Add(batch_.size());
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

// What `frame` adds is a record or three, each no longer than max_line: it need not wait for room.
template <typename Frame>
void Worker::Unreserved(WorkerFile& file, Frame&& frame) {
  const auto held_before = static_cast<int64_t>(file.HeldBytes());
  dispatch_.ForceReserve(file);
  batch_.Clear();
  batch_.read_wall_nanos = clock_.WallNanos();
  frame();
  FinishBatch(file, file.tail.AnchorAfter({}));
  HeldChanged(static_cast<int64_t>(file.HeldBytes()) - held_before);
}

void Worker::TakeSkip(WorkerFile& file, const Segment& segment) {
  if (segment.offset != file.framer.next_bytes()) return;  // As in TakeData.
  SourceFlow& flow = flow_.sources[file.stream->source.value()];
  flow.skipped[static_cast<size_t>(segment.reason)]->Add(
      static_cast<uint64_t>(segment.skipped_bytes));
  Unreserved(file, [&] {
    file.framer.Skip(segment.skipped_bytes, batch_);
    file.tail.Clear();
  });
}

void Worker::FlushFile(WorkerFile& file) {
  Unreserved(file, [&] { file.framer.Flush(batch_); });
}

// Pieces stay: a record may go on in the next generation. See FlushOldPieces.
void Worker::FlushLine(WorkerFile& file) {
  Unreserved(file, [&] { file.framer.FlushLine(batch_); });
}

// Whether a file of the same log waits for room: the end of a piece may be there to be read.
bool Worker::LogWaits(const WorkerFile& file) {
  return std::any_of(waiting_.begin(), waiting_.end(), [&](FileId id) {
    return files_.Find(id)->stream->lineage == file.stream->lineage;
  });
}

// A piece whose end does not come would hold the frontier back for as long as the other stream of
// its container goes on. What is still on its way here has not failed to come: a segment that was
// handed back, bytes that the reader has seen, the time that the piece itself has waited for room.
void Worker::FlushOldPieces() {
  if (framing_bytes_ == 0) return;
  const int64_t now = clock_.WallNanos();
  files_.ForEach([&](WorkerFile& file) {
    if (file.framer.end_is_resumable() || file.rereads || LogWaits(file)) return;
    if (file.ledger.full()) return;
    const std::chrono::nanoseconds limit = options_.flush_partial[file.stream->source.value()];
    const bool behind = file.known_bytes > file.framer.next_bytes();
    const int64_t patience = limit.count() * (behind ? kBehindPatience : 1);
    Unreserved(file,
               [&] { file.framer.FlushPieces(now - patience - file.held_delay_nanos, batch_); });
  });
}

void Worker::Rekey(WorkerFile& file, StreamInfoPtr stream) {
  files_.Rekey(file, std::move(stream));
  file.binding = plan_->BindStream(*file.stream);
}

// Waiting for room could wait for ever: the line may be waiting for its end.
void Worker::EvictPieces() {
  WorkerFile* largest = nullptr;
  size_t largest_bytes = 0;
  files_.ForEach([&](WorkerFile& file) {
    const size_t bytes = file.HeldBytes();
    if (!file.waiting && !file.ledger.full() && bytes > largest_bytes) {
      largest = &file;
      largest_bytes = bytes;
    }
  });
  if (largest == nullptr) return;
  flow_.evicted_pieces.Add(1);
  FlushFile(*largest);
}

void Worker::Park(WorkerFile& file, OpenSlab* slab, Segment segment) {
  waiting_.push_back(file.id);
  file.waiting = true;
  if (!links_.parked->TryReserve(1)) return HandBack(file, segment.offset);
  reader_.Pin(slab);
  file.parked = ParkedSegment{slab, std::move(segment)};
  reader_.Send(ReaderCommand::Kind::kPause, file.id);
}

void Worker::HandBack(WorkerFile& file, int64_t offset) {
  file.handed_back = true;
  reader_.Send(ReaderCommand::Kind::kRewind, file.id, offset);
}

bool Worker::ResumeWaiting() {
  const MonotonicTime now = clock_.Now();
  if (waiting_.empty() || (!room_may_have_come_ && now < next_retry_)) return false;
  room_may_have_come_ = false;
  next_retry_ = now + kRetryAfter;
  const size_t before = waiting_.size();
  std::erase_if(waiting_, [this](FileId id) {
    WorkerFile* file = files_.Find(id);
    CHECK(file != nullptr);
    return ResumeFile(*file);
  });
  return waiting_.size() != before;
}

bool Worker::ResumeFile(WorkerFile& file) {
  if (file.parked) {
    ParkedSegment& parked = *file.parked;
    if (!FrameAll(file, *parked.slab->slab, parked.segment)) return false;
    reader_.Unpin(parked.slab);
    file.parked.reset();
    links_.parked->Release(1);
  } else {
    if (!HasRoom(file, kSlabBytes)) return false;
    dispatch_.CancelReserve(file);
  }
  file.rereads = file.handed_back;
  file.waiting = file.handed_back = false;
  reader_.Send(ReaderCommand::Kind::kResume, file.id);
  return true;
}

void Worker::FlushHeld() {
  flush_held_ = false;
  files_.ForEach([this](WorkerFile& file) {
    if (file.waiting) return;
    if (file.ledger.full()) {
      flush_held_ = true;
    } else {
      FlushFile(file);
    }
  });
}

}  // namespace tailrace
