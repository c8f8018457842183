// TimeParts is what the steps of a layout read out of a text, before it is made an instant.
//
// Threads    A plain value.
// Units      Seconds and nanoseconds; civil seconds count from 1970 as if the clock were UTC's.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "parsers/time_layout.h"

namespace tailrace {

struct TimeParts {
  int year = 0;
  int month = 0;  // 0: not said.
  int day = 0;
  int day_of_year = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int nanos = 0;
  bool afternoon = false;
  bool of_12 = false;
  bool has_epoch = false;
  int64_t epoch_seconds = 0;
  std::optional<int64_t> offset_seconds;
  std::string_view zone_name;
};

// Reads what `step` says at `at` and moves `at` behind it; false when it is not there.
[[nodiscard]] bool ReadStep(const TimeStep& step, const char*& at, const char* end,
                            TimeParts& parts) noexcept;

// Digits of a fraction at `at`, at least one, as nanoseconds; -1 when there is none.
int ReadFraction(const char*& at, const char* end) noexcept;

// The civil seconds of the begin of the minute that `parts` say; nullopt when there is no such
// minute. `reference_civil_seconds` decides what the program does not read.
std::optional<int64_t> CivilMinute(const TimeProgram& program, const TimeParts& parts,
                                   int64_t reference_civil_seconds) noexcept;

}  // namespace tailrace
