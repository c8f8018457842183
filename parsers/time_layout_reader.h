// LayoutReader reads timestamps of one TimeLayout.
//
//   LayoutReader reader(layout);
//   reader.Parse("Dec 31 23:59:58", nanos of 2026-01-01T00:00:03Z)  ->  nanos of
//   2025-12-31T23:59:58Z
//
// What a text leaves open is chosen so that the time is nearest to the reference, which is the time
// of the record as its source gives it: the year where the layout has none, the day where it has no
// date, and which of the two when clocks were put back. Zones: see TimeZone. Blanks around the text
// do not matter. A leap second (:60) is the last nanosecond before it. Years 1678 to 2261.
//
// Threads    Not thread-safe; one a worker and layout.
// Failure    nullopt: the text is not of the layout, or names no time that there is.
// Cost       20 to 32 ns where the minute is that of the text before, else 180 to 340 ns
//            (bench/time_layout_bench, on 2 loaded cores); nothing is allocated.
// Units      Nanoseconds since 1970-01-01T00:00:00Z.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "parsers/time_layout.h"
#include "parsers/time_parts.h"

namespace tailrace {

class LayoutReader {
 public:
  explicit LayoutReader(TimeLayout layout);

  std::optional<int64_t> Parse(std::string_view text, int64_t reference_nanos) noexcept;

  // The same, written to `out` as FormatUtc does; false where Parse says nullopt.
  // REQUIRES: kUtcTimeBytes of room.
  [[nodiscard]] bool ParseToUtc(std::string_view text, int64_t reference_nanos, char* out) noexcept;

 private:
  // The minute that was read last by one program.
  struct Minute {
    std::array<char, 46> text = {};
    uint8_t size = 0;  // 0: none.
    int64_t civil_seconds = 0;
    std::optional<int64_t> zone_offset_seconds;  // Of the layout's zone, see OffsetOfMinute.
  };

  std::optional<int64_t> ParseBy(const TimeProgram& program, Minute& minute, std::string_view text,
                                 int64_t reference_seconds) noexcept;
  bool FindMinute(const TimeProgram& program, const TimeParts& parts, std::string_view text,
                  int64_t reference_seconds, Minute& minute) const noexcept;
  std::optional<int64_t> ToInstant(const Minute& minute, const TimeParts& parts,
                                   int64_t civil_seconds, int64_t reference_seconds) const noexcept;

  const TimeLayout layout_;
  std::vector<Minute> minutes_;  // One a program.
};

}  // namespace tailrace
