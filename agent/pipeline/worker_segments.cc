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
    SummariesWait();
    return;
  }
  if (segment.kind == SegmentKind::kEpoch) return BeginEpoch(segment.epoch);
  if (segment.kind == SegmentKind::kOpen) {
    FramerOptions framing = options_.framing[segment.opened->stream->source.value()];
    framing.format = segment.opened->stream->format;
    StreamBinding binding = plan_->BindStream(*segment.opened->stream);
    files_.Open(segment.file, segment.offset, std::move(*segment.opened), std::move(binding),
                framing);
    return;
  }
  WorkerFile* file = files_.Find(segment.file);
  CHECK(file != nullptr);
  files_.Grow(*file, segment.file_bytes);
  if (segment.kind == SegmentKind::kGrew) return;
  if (segment.kind == SegmentKind::kLeave) return TakeLeave(*file);
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
    case SegmentKind::kReturn:
      file.left = false;
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
  const MonotonicTime now = clock_.Now();
  for (const Route& route : file.binding) {
    // As for a full sink: the file waits, and is looked at again every kRetryAfter.
    if (!std::all_of(route.gates.begin(), route.gates.end(),
                     [now](const ThrottleGate& gate) { return gate.open(now); })) {
      flow_.throttle_waits.Add(1);
      return false;
    }
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
    FinishBatch(file, {segment.offset, bytes}, EventEnd::kNone);
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

void Worker::HeldChanged(int64_t bytes) {
  framing_bytes_ += bytes;
  if (bytes > 0) {
    links_.framing->ForceReserve(bytes);
  } else {
    links_.framing->Release(-bytes);
  }
}

// What `frame` and `end` add are a few records, each no longer than its bound: they need not wait
// for room.
template <typename Frame>
void Worker::Unreserved(WorkerFile& file, EventEnd end, Frame&& frame) {
  const auto held_before = static_cast<int64_t>(file.HeldBytes());
  dispatch_.ForceReserve(file);
  batch_.Clear();
  batch_.read_wall_nanos = clock_.WallNanos();
  frame();
  FinishBatch(file, {file.framer.end_bytes(), {}}, end);
  HeldChanged(static_cast<int64_t>(file.HeldBytes()) - held_before);
}

void Worker::TakeSkip(WorkerFile& file, const Segment& segment) {
  if (segment.offset != file.framer.next_bytes()) return;  // As in TakeData.
  SourceFlow& flow = *source_flows_[file.stream->source.value()];
  flow.skipped[static_cast<size_t>(segment.reason)]->Add(
      static_cast<uint64_t>(segment.skipped_bytes));
  Unreserved(file, EventEnd::kFlush, [&] {
    file.framer.Skip(segment.skipped_bytes, batch_);
    file.tail.Clear();
  });
}

void Worker::FlushFile(WorkerFile& file, EventEnd end) {
  Unreserved(file, end, [&] { file.framer.Flush(batch_); });
}

// Pieces and events stay: they may go on in the next generation. See FlushOldPieces, EndOldEvents.
void Worker::FlushLine(WorkerFile& file) {
  Unreserved(file, EventEnd::kNone, [&] { file.framer.FlushLine(batch_); });
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
    if (file.left || file.framer.end_is_resumable() || file.rereads || LogWaits(file)) return;
    if (file.ledger.full()) return;
    const std::chrono::nanoseconds limit = options_.flush_partial[file.stream->source.value()];
    const bool behind = file.known_bytes > file.framer.next_bytes();
    const int64_t patience = limit.count() * (behind ? kBehindPatience : 1);
    Unreserved(file, EventEnd::kNone,
               [&] { file.framer.FlushPieces(now - patience - file.held_delay_nanos, batch_); });
  });
}

// An event goes out when nothing came for a while that could belong to it: neither what waits for
// room, nor what the reader has sent. After a shutdown it is left to the next start.
void Worker::EndOldEvents(MonotonicTime now) {
  if (now < next_event_end_ || input_ended_) return;
  if (reader_.HasSlabs() && now - next_event_end_ < kEventGrace) return;
  next_event_end_ = MonotonicTime::max();
  files_.ForEach([&](WorkerFile& file) {
    if (!file.events.open()) return;
    if (file.events.due() <= now && !LogWaits(file)) Unreserved(file, EventEnd::kTimeout, [] {});
    if (!file.events.open()) return;
    next_event_end_ = std::min(next_event_end_, std::max(file.events.due(), now + kRetryAfter));
  });
}

// Events that are open go out by the rule that began them.
void Worker::EndEvents(WorkerFile& file) {
  if (file.events.open()) Unreserved(file, EventEnd::kFlush, [] {});
}

void Worker::Rekey(WorkerFile& file, StreamInfoPtr stream) {
  StreamBinding binding = plan_->BindStream(*stream);
  // The labels are the same, so the routes are.
  CHECK(file.events.Fits(binding));
  files_.Rekey(file, std::move(stream));
  file.binding = std::move(binding);
}

// Waiting for room could wait for ever: the line may be waiting for its end.
void Worker::EvictPieces() {
  if (EvictWindows()) return;
  WorkerFile* largest = nullptr;
  size_t largest_bytes = 0;
  files_.ForEach([&](WorkerFile& file) {
    const size_t bytes = file.HeldBytes();
    if (!file.waiting && !file.left && !file.ledger.full() && bytes > largest_bytes) {
      largest = &file;
      largest_bytes = bytes;
    }
  });
  if (largest == nullptr) return;
  flow_.evicted_pieces.Add(1);
  FlushFile(*largest, EventEnd::kEvict);
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
      FlushFile(file, EventEnd::kFlush);
    }
  });
}

}  // namespace tailrace
