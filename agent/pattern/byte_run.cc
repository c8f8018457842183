#include "agent/pattern/byte_run.h"

#include <vector>

namespace tailrace {
namespace {

struct Range {
  uint8_t low;
  uint8_t high;
};

std::vector<Range> RangesOf(const ByteSet& set) {
  std::vector<Range> ranges;
  for (int byte = 0; byte < 256; ++byte) {
    if (!set.Has(static_cast<uint8_t>(byte))) continue;
    if (ranges.empty() || ranges.back().high + 1 < byte) {
      ranges.push_back({static_cast<uint8_t>(byte), static_cast<uint8_t>(byte)});
    } else {
      ranges.back().high = static_cast<uint8_t>(byte);
    }
  }
  return ranges;
}

}  // namespace

ByteRun::ByteRun(const ByteSet& set) : set_(set) {
  for (int byte = 0; byte < 256; ++byte) {
    table_[static_cast<size_t>(byte)] = set.Has(static_cast<uint8_t>(byte));
  }
  const std::vector<Range> members = RangesOf(set), stops = RangesOf(~set);
  const bool by_members = members.size() < stops.size();
  const std::vector<Range>& ranges = by_members ? members : stops;
  if (ranges.empty() || ranges.size() > kRangesMax) return;
  ranges_ = static_cast<uint32_t>(ranges.size());
  one_stop_ = !by_members && ranges.size() == 1 && ranges[0].low == ranges[0].high;
  flip_ = by_members ? 0xffffu : 0;
  for (size_t i = 0; i < ranges.size(); ++i) {
    low_[i].bytes.fill(ranges[i].low);
    width_[i].bytes.fill(static_cast<uint8_t>(ranges[i].high - ranges[i].low));
  }
}

}  // namespace tailrace
