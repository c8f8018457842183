#include "parsers/event_joiner.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "agent/base/check.h"
#include "parsers/held_pieces.h"

namespace tailrace {
namespace {

// A file that is idle must hold no more.
constexpr size_t kKeptBytes = 512;

// The same text for the batch of the events: they share the segment, not the arena.
Span ShareSpan(const RecordBatch& lines, Span span, RecordBatch& events) {
  if (span.base == static_cast<uint32_t>(SpanBase::kSegment)) return span;
  return events.AddToArena(lines.Text(span));
}

}  // namespace

void EventRanges::Clear() {
  added.clear();
  handed_over.clear();
  released.clear();
}

void EventJoiner::Join(const RecordBatch& lines, JoinTarget& target) {
  size_t joined = 0;
  for (size_t index = 0; index < lines.size(); ++index) {
    Line line{lines, index, joined, joined};
    while (joined < lines.joined.size() && lines.joined[joined].record == index) ++joined;
    line.joined_end = joined;
    if (lines.ends[index] > next_expiry_) [[unlikely]] {
      SendExpired(line, target);
    }
    TakeLine(line, target);
  }
  counts_.lines_taken += lines.size();
  for (Event& event : streams_) {
    if (event.open()) Hold(event, lines, target);
  }
}

void EventJoiner::TakeLine(const Line& line, JoinTarget& target) {
  const uint16_t flags = line.batch.flags[line.index];
  // What is not in the format of its file is of neither stream.
  if ((flags & kFlagMalformed) != 0) [[unlikely]] {
    return SendAlone(line, target);
  }
  Event& event = streams_[(flags & kFlagStderr) != 0 ? 1 : 0];
  const LineRole role =
      event.state.Next(options_->rules, line.batch.Text(line.batch.bodies[line.index]));
  if (role == LineRole::kAlone || role == LineRole::kBegins) {
    if (event.open()) Send(event, 0, &line.batch, target);
    if (role == LineRole::kAlone) return SendAlone(line, target);
    event.expires = line.batch.ends[line.index] + kHeldSpanBytesMax;
    next_expiry_ = std::min(next_expiry_, event.expires);
    return Begin(event, line, target);
  }
  target.cut.Join(event.last_line, line.index);
  if (Fits(event, line)) {
    Add(event, line, target);
  } else {
    ++counts_.bounds;
    Send(event, kFlagPartial, &line.batch, target);
    Begin(event, line, target);
  }
  if (role == LineRole::kEnds) Send(event, 0, &line.batch, target);
}

void EventJoiner::SendAlone(const Line& line, JoinTarget& target) {
  const RecordBatch& lines = line.batch;
  const size_t index = line.index;
  target.events.Add(ShareSpan(lines, lines.bodies[index], target.events),
                    ShareSpan(lines, lines.times[index], target.events), lines.offsets[index],
                    lines.covered[index], lines.flags[index]);
  target.events.ends.back() = lines.ends[index];
  const auto record = static_cast<uint32_t>(target.events.size() - 1);
  for (size_t i = line.joined; i < line.joined_end; ++i) {
    target.events.joined.push_back({record, lines.joined[i].first_range, lines.joined[i].file});
  }
  ++counts_.events;
  ++counts_.lines_sent;
}

void EventJoiner::Begin(Event& event, const Line& line, JoinTarget& target) {
  event.file = line.joined < line.joined_end ? line.batch.joined[line.joined].file : target.file;
  event.offset = line.batch.offsets[line.index];
  event.first_line = static_cast<int32_t>(line.index);
  event.last_line = event.first_line;
  event.flags = line.batch.flags[line.index];
  event.covered = line.batch.covered[line.index];
  event.bytes = line.batch.bodies[line.index].length;
  event.lines = 1;
  AddRanges(event, line, target);
}

void EventJoiner::Add(Event& event, const Line& line, JoinTarget& target) {
  const auto index = static_cast<int32_t>(line.index);
  if (event.first_line == BatchCut::kEarlierLine) {
    event.first_line = index;
  } else {
    target.next_lines[static_cast<size_t>(event.last_line)] = static_cast<uint16_t>(index);
  }
  event.last_line = index;
  event.flags |= line.batch.flags[line.index];
  event.covered += line.batch.covered[line.index];
  event.bytes += 1 + line.batch.bodies[line.index].length;
  ++event.lines;
  AddRanges(event, line, target);
}

// A line that was joined from pieces may lie in earlier ranges, and in no other.
void EventJoiner::AddRanges(Event& event, const Line& line, JoinTarget& target) {
  for (size_t i = line.joined; i < line.joined_end; ++i) {
    const RangeRef range = line.batch.joined[i].first_range;
    const auto same = std::find_if(event.ranges.begin(), event.ranges.end(),
                                   [&](const RangeRef& has) { return has.file == range.file; });
    if (same == event.ranges.end()) {
      event.ranges.push_back(range);
    } else if (same->range < range.range) {
      target.ranges.released.push_back(*same);
      *same = range;
    } else {
      continue;
    }
    target.ranges.added.push_back(range);
  }
}

bool EventJoiner::Fits(const Event& event, const Line& line) const {
  return event.lines < options_->max_lines &&
         event.bytes + 1 + line.batch.bodies[line.index].length <= options_->max_bytes &&
         event.covered + line.batch.covered[line.index] <= kCoveredBytesMax;
}

void EventJoiner::Send(Event& event, uint16_t flag_bits, const RecordBatch* lines,
                       JoinTarget& target) {
  CHECK(!event.ranges.empty() || event.file == target.file);
  const Span body = BodyOf(event, lines, target);
  target.events.Add(body, TimeOf(event, lines, target), event.offset, event.covered,
                    event.flags | flag_bits);
  if (lines != nullptr && event.last_line != BatchCut::kEarlierLine) {
    target.events.ends.back() = lines->ends[static_cast<size_t>(event.last_line)];
  }
  const auto record = static_cast<uint32_t>(target.events.size() - 1);
  for (const RangeRef& range : event.ranges) {
    target.events.joined.push_back({record, range, event.file});
    target.ranges.handed_over.push_back(range);
  }
  event.ranges.clear();
  ++counts_.events;
  counts_.lines_sent += event.lines;
  if (event.text.capacity() > kKeptBytes) event.text = std::string();
  event.held = false;
  event.lines = 0;
  if (!event.state.open()) event.expires = kNever;
}

Span EventJoiner::BodyOf(const Event& event, const RecordBatch* lines, JoinTarget& target) {
  if (lines == nullptr) return target.events.AddToArena(event.text);
  if (event.lines == 1 && !event.held) {
    return ShareSpan(*lines, lines->bodies[static_cast<size_t>(event.first_line)], target.events);
  }
  std::string& arena = target.events.arena;
  Span body;
  body.offset = static_cast<uint32_t>(arena.size());
  body.base = static_cast<uint32_t>(SpanBase::kArena);
  if (event.held) arena += event.text;
  Append(event, *lines, target, arena);
  body.length = static_cast<uint32_t>(arena.size() - body.offset);
  arena.reserve(arena.size() + kArenaPaddingBytes);
  return body;
}

Span EventJoiner::TimeOf(const Event& event, const RecordBatch* lines, JoinTarget& target) {
  if (event.held) return target.events.AddToArena({event.time.data(), event.time.size()});
  return ShareSpan(*lines, lines->times[static_cast<size_t>(event.first_line)], target.events);
}

// The lines that the event has in this batch.
void EventJoiner::Append(const Event& event, const RecordBatch& lines, const JoinTarget& target,
                         std::string& text) {
  if (event.first_line == BatchCut::kEarlierLine) return;
  bool first = !event.held;
  for (auto line = static_cast<size_t>(event.first_line);; line = target.next_lines[line]) {
    if (!std::exchange(first, false)) text += '\n';
    text += lines.Text(lines.bodies[line]);
    if (line == static_cast<size_t>(event.last_line)) return;
  }
}

// The slab goes back: what was only named is copied now.
void EventJoiner::Hold(Event& event, const RecordBatch& lines, JoinTarget& target) {
  target.cut.LeaveOpen(event.last_line);
  if (event.first_line == BatchCut::kEarlierLine) return;
  if (!event.held) {
    event.text.clear();
    const Span time = lines.times[static_cast<size_t>(event.first_line)];
    if (time.empty()) {
      FormatUtc(lines.read_wall_nanos, event.time.data());
    } else {
      CHECK(time.length == event.time.size());
      lines.Text(time).copy(event.time.data(), event.time.size());
    }
  }
  if (event.text.capacity() < kKeptBytes) event.text.reserve(kKeptBytes);
  Append(event, lines, target, event.text);
  event.held = true;
  event.first_line = event.last_line = BatchCut::kEarlierLine;
  event.last_read = target.now;
}

void EventJoiner::SendExpired(const Line& line, JoinTarget& target) {
  next_expiry_ = kNever;
  for (Event& event : streams_) {
    if (event.open() && line.batch.ends[line.index] > event.expires) {
      ++counts_.bounds;
      event.state.Close();
      Send(event, kFlagPartial, &line.batch, target);
    } else {
      next_expiry_ = std::min(next_expiry_, event.expires);
    }
  }
}

void EventJoiner::Close(EventEnd end, JoinTarget& target) {
  if (end == EventEnd::kNone) return;
  for (Event& event : streams_) {
    if (!event.open()) continue;
    if (end == EventEnd::kTimeout && event.last_read + options_->timeout > target.now) continue;
    if (end == EventEnd::kTimeout) ++counts_.timeouts;
    if (end == EventEnd::kEvict) ++counts_.evictions;
    event.state.Close();
    Send(event, end == EventEnd::kEvict ? kFlagPartial : 0, nullptr, target);
  }
}

uint32_t EventJoiner::RangeOpened(RangeRef range, EventRanges& ranges) {
  uint32_t kept = 0;
  for (Event& event : streams_) {
    if (!event.open()) continue;
    const auto same = std::find_if(event.ranges.begin(), event.ranges.end(),
                                   [&](const RangeRef& has) { return has.file == range.file; });
    if (same == event.ranges.end()) {
      event.ranges.push_back(range);
    } else {
      ranges.released.push_back(*same);
      *same = range;
    }
    ++kept;
  }
  return kept;
}

void EventJoiner::HandOver(EventJoiner& newer, int64_t offset) {
  for (size_t i = 0; i < streams_.size(); ++i) {
    if (!streams_[i].open()) continue;
    Event& event = newer.streams_[i];
    CHECK(!event.open());
    event = std::exchange(streams_[i], Event());
    // One that spans too many ends with the first line that comes.
    event.expires =
        event.ranges.size() >= kHeldGenerationsMax ? offset : offset + kHeldSpanBytesMax;
    newer.next_expiry_ = std::min(newer.next_expiry_, event.expires);
  }
}

MonotonicTime EventJoiner::due() const {
  MonotonicTime first = MonotonicTime::max();
  for (const Event& event : streams_) {
    if (event.open()) first = std::min(first, event.last_read + options_->timeout);
  }
  return first;
}

JoinCounts EventJoiner::TakeCounts() { return std::exchange(counts_, JoinCounts()); }

}  // namespace tailrace
