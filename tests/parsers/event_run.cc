#include "tests/parsers/event_run.h"

#include <memory>

namespace tailrace {
namespace {

constexpr FileId kFile(1);

FramerOptions FramingOf(FileFormat format) {
  FramerOptions options;
  options.format = format;
  return options;
}

}  // namespace

EventRun::EventRun(const MultilineStageOptions& options, FileFormat format)
    : framer_(kFile, FramingOf(format), 0, &held_), joiner_(options) {}

void EventRun::Feed(std::string_view text) {
  // Room to read beyond, as behind a slab.
  const std::unique_ptr<char[]> segment(new char[text.size() + kArenaPaddingBytes]());
  text.copy(segment.get(), text.size());
  std::string_view left(segment.get(), text.size());
  while (!left.empty()) {
    lines_.Clear();
    lines_.segment = left.data();
    lines_.read_wall_nanos = 1'767'225'600'000'000'000;
    const int64_t begin = framer_.end_bytes();
    left.remove_prefix(framer_.Frame(left, lines_));
    Finish(EventEnd::kNone, begin);
  }
}

void EventRun::Close(EventEnd end) {
  lines_.Clear();
  Finish(end, framer_.end_bytes());
}

void EventRun::Finish(EventEnd end, int64_t begin_bytes) {
  cut_.Begin(lines_.size());
  ranges_.Clear();
  joined_.Clear();
  joined_.segment = lines_.segment;
  joined_.read_wall_nanos = lines_.read_wall_nanos;
  JoinTarget target{kFile, joined_, cut_, ranges_, next_lines_, now_};
  joiner_.Join(lines_, target);
  joiner_.Close(end, target);
  for (size_t i = 0; i < joined_.size(); ++i) {
    events_.push_back({std::string(joined_.Text(joined_.bodies[i])),
                       std::string(joined_.Text(joined_.times[i])), joined_.offsets[i],
                       joined_.covered[i], joined_.flags[i]});
  }
  const auto place = cut_.Find(lines_, held_, kFile, begin_bytes);
  cut_offset_ = place ? place->offset : -1;
  const RangeRef range{kFile, RangeId(ranges_opened_++)};
  framer_.RangeOpened(range);
  framer_.released().clear();
  joiner_.RangeOpened(range, ranges_);
}

std::vector<std::string> EventRun::Bodies() const {
  std::vector<std::string> bodies;
  bodies.reserve(events_.size());
  for (const JoinedEvent& event : events_) bodies.push_back(event.body);
  return bodies;
}

}  // namespace tailrace
