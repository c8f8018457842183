// TimeLayout is how a timestamp is written, compiled to a list of steps once, when the config
// loads. A LayoutReader (time_layout_reader.h) reads texts by it.
//
//   by name      rfc3339; iso8601 (a blank for the T, a comma, no offset are all right); epoch or
//                epoch_s, epoch_ms, epoch_us, epoch_ns (with or without decimals; unix_... as
//                well); syslog; klog
//   strptime     %Y-%m-%d %H:%M:%S.%f %z      any layout with a '%'
//   Java         yyyy-MM-dd'T'HH:mm:ss.SSSXXX  any other
//
// strptime: %Y %y %m %d %e %j %b %B %h %a %A %H %k %I %l %M %S %p %P %z %:z %Z %s %n %t %%; %F %T
// %D %R for what they are short for; %f %L %N, with a number (%3N) or without, for the digits of a
// fraction; %.f for a fraction with its point that may be missing.
//
// Java: y u M L d D E H k h K m s S a z Z X x V, '' and '...'.
//
// A fraction takes as many digits as there are; what is behind the ninth is cut off. A blank of the
// layout takes any number of blanks, one at least. Names are English, in any case.
//
// Threads    Immutable; any number of readers may use one.
// Ownership  Copies share the compiled steps.
// Failure    Compile: kInvalidArgument, naming the construct and its byte in the layout.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "parsers/time_zone.h"

namespace tailrace {

enum class TimeStepKind : uint8_t {
  kLiteral,
  kBlanks,  // One at least.
  kYear,
  kYearOfCentury,  // 69 to 99: 19.., 00 to 68: 20..
  kMonth,
  kMonthName,
  kDay,
  kDayOfYear,
  kWeekday,  // Must be a name; that it is the day's is not checked.
  kHour,
  kHourFrom1,  // 1 to 24.
  kHourOf12,   // 0 to 12.
  kHalfOfDay,  // AM or PM.
  kMinute,
  kSecond,
  kFraction,
  kOffset,
  kZoneName,       // Or an offset.
  kEpoch,          // A whole number.
  kDateTimeGap,    // 'T', 't' or a blank.
  kMaybeFraction,  // With its point or comma before it.
  kMaybeOffset,    // After a blank or not.
};

struct TimeStep {
  TimeStepKind kind = TimeStepKind::kLiteral;
  char literal = 0;
  uint8_t digits_min = 0;
  uint8_t digits_max = 0;
  size_t offset = 0;  // In the layout, for errors.
};

// One way of writing a time.
struct TimeProgram {
  static constexpr size_t kNoStep = SIZE_MAX;

  std::vector<TimeStep> steps;
  // Where the seconds begin, if all that is behind is seconds, fraction and offset: what stands
  // before them says which minute it is.
  size_t second_step = kNoStep;
  bool has_year = false;
  bool has_date = false;  // A month and a day, or the day of the year.
};

class TimeLayout {
 public:
  static constexpr size_t kMaxLayoutBytes = 256;

  // `zone` (see TimeZone::Load) is that of times that do not say theirs.
  [[nodiscard]] static absl::StatusOr<TimeLayout> Compile(std::string_view layout,
                                                          std::string_view zone = "UTC");

  // Tried in this order. Empty when the text is a number of units since 1970.
  const std::vector<TimeProgram>& programs() const { return compiled_->programs; }
  // 0 but for the epoch layouts.
  int64_t epoch_unit_nanos() const { return compiled_->epoch_unit_nanos; }
  const TimeZone& zone() const { return compiled_->zone; }

 private:
  struct Compiled {
    std::vector<TimeProgram> programs;
    int64_t epoch_unit_nanos = 0;
    TimeZone zone;
  };

  explicit TimeLayout(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}

  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace tailrace
