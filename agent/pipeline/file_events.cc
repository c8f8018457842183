#include "agent/pipeline/file_events.h"

namespace tailrace {

FileEvents::FileEvents(const StreamBinding& binding) {
  for (size_t route = 0; route < binding.size(); ++route) {
    const CompiledPipeline* pipeline = binding[route].pipeline;
    if (pipeline->multiline.has_value()) {
      joiners_.push_back({route, pipeline, EventJoiner(*pipeline->multiline)});
    }
  }
}

bool FileEvents::Fits(const StreamBinding& binding) const {
  const FileEvents other(binding);
  return std::equal(joiners_.begin(), joiners_.end(), other.joiners_.begin(), other.joiners_.end(),
                    [](const RouteJoiner& a, const RouteJoiner& b) {
                      return a.route == b.route && a.pipeline == b.pipeline;
                    });
}

MonotonicTime FileEvents::due() const {
  MonotonicTime first = MonotonicTime::max();
  for (const RouteJoiner& route : joiners_) first = std::min(first, route.joiner.due());
  return first;
}

size_t FileEvents::held_bytes() const {
  size_t bytes = 0;
  for (const RouteJoiner& route : joiners_) bytes += route.joiner.held_bytes();
  return bytes;
}

size_t FileEvents::held_bytes_max() const {
  size_t bytes = 0;
  for (const RouteJoiner& route : joiners_) bytes = std::max(bytes, route.joiner.held_bytes());
  return bytes;
}

uint32_t FileEvents::RangeOpened(RangeRef range, EventRanges& ranges) {
  uint32_t kept = 0;
  for (RouteJoiner& route : joiners_) kept += route.joiner.RangeOpened(range, ranges);
  return kept;
}

void FileEvents::HandOver(FileEvents& newer, int64_t offset) {
  for (RouteJoiner& route : joiners_) {
    for (RouteJoiner& other : newer.joiners_) {
      if (other.pipeline == route.pipeline) route.joiner.HandOver(other.joiner, offset);
    }
  }
}

}  // namespace tailrace
