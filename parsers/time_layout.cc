#include "parsers/time_layout.h"

#include <optional>
#include <string>
#include <utility>

#include "agent/base/strings.h"
#include "parsers/time_layout_syntax.h"

namespace tailrace {
namespace {

using Kind = TimeStepKind;

bool IsNumber(Kind kind) {
  switch (kind) {
    case Kind::kYear:
    case Kind::kYearOfCentury:
    case Kind::kMonth:
    case Kind::kDay:
    case Kind::kDayOfYear:
    case Kind::kHour:
    case Kind::kHourFrom1:
    case Kind::kHourOf12:
    case Kind::kMinute:
    case Kind::kSecond:
    case Kind::kFraction:
    case Kind::kEpoch:
      return true;
    default:
      return false;
  }
}

// What a layout may say once.
enum class Part : uint8_t {
  kNone,
  kYear,
  kMonth,
  kDay,
  kDayOfYear,
  kHour,
  kHalf,
  kMinute,
  kSecond,
  kFraction,
  kZone,
  kEpoch,
};

Part PartOf(Kind kind) {
  switch (kind) {
    case Kind::kYear:
    case Kind::kYearOfCentury:
      return Part::kYear;
    case Kind::kMonth:
    case Kind::kMonthName:
      return Part::kMonth;
    case Kind::kDay:
      return Part::kDay;
    case Kind::kDayOfYear:
      return Part::kDayOfYear;
    case Kind::kHour:
    case Kind::kHourFrom1:
    case Kind::kHourOf12:
      return Part::kHour;
    case Kind::kHalfOfDay:
      return Part::kHalf;
    case Kind::kMinute:
      return Part::kMinute;
    case Kind::kSecond:
      return Part::kSecond;
    case Kind::kFraction:
    case Kind::kMaybeFraction:
      return Part::kFraction;
    case Kind::kOffset:
    case Kind::kMaybeOffset:
    case Kind::kZoneName:
      return Part::kZone;
    case Kind::kEpoch:
      return Part::kEpoch;
    default:
      return Part::kNone;
  }
}

std::string_view NameOf(Part part) {
  constexpr std::string_view kNames[] = {"text", "year",  "month",  "day",    "day of the year",
                                         "hour", "AM/PM", "minute", "second", "fraction",
                                         "zone", "epoch"};
  return kNames[static_cast<size_t>(part)];
}

uint32_t Bit(Part part) { return uint32_t{1} << static_cast<uint32_t>(part); }

// The parts that the steps name, or what is wrong with them.
absl::StatusOr<uint32_t> PartsOf(std::string_view layout, const std::vector<TimeStep>& steps) {
  uint32_t parts = 0;
  bool of_12 = false;
  for (const TimeStep& step : steps) {
    const Part part = PartOf(step.kind);
    if (part == Part::kNone) continue;
    if ((parts & Bit(part)) != 0) {
      return LayoutError(layout, Concat({"a second ", NameOf(part)}), step.offset);
    }
    parts |= Bit(part);
    of_12 = of_12 || step.kind == Kind::kHourOf12;
  }
  const auto has = [&](Part part) { return (parts & Bit(part)) != 0; };
  std::string_view problem;
  if (parts == 0) {
    problem = "it names no part of a time";
  } else if (has(Part::kEpoch) && (parts & ~(Bit(Part::kEpoch) | Bit(Part::kFraction))) != 0) {
    problem = "an epoch beside other parts of a time";
  } else if (of_12 != has(Part::kHalf)) {
    problem = "an hour of 12 and AM/PM need each other";
  } else if (has(Part::kDay) && !has(Part::kMonth)) {
    problem = "a day without a month";
  } else if (has(Part::kDayOfYear) && has(Part::kMonth)) {
    problem = "a day of the year beside a month";
  } else if (!has(Part::kHour) && (parts & (Bit(Part::kMinute) | Bit(Part::kSecond))) != 0) {
    problem = "minutes or seconds without an hour";
  }
  if (!problem.empty()) return LayoutError(layout, problem, 0);
  return parts;
}

// Whether a minute can be known by its text: it ends before the seconds, and nothing of the date or
// the hour is behind them.
size_t SecondStep(const std::vector<TimeStep>& steps, bool has_date) {
  size_t second = TimeProgram::kNoStep;
  for (size_t i = 0; i < steps.size(); ++i) {
    switch (steps[i].kind) {
      case Kind::kSecond:
        // A number, a name or blanks before it could go on in another text.
        if (i == 0 || steps[i - 1].kind != Kind::kLiteral) return TimeProgram::kNoStep;
        second = i;
        break;
      case Kind::kLiteral:
      case Kind::kBlanks:
        break;
      case Kind::kFraction:
      case Kind::kMaybeFraction:
        // Before the seconds it would be part of what is kept as the minute, and lost.
        if (second == TimeProgram::kNoStep) return TimeProgram::kNoStep;
        break;
      case Kind::kOffset:
      case Kind::kMaybeOffset:
      case Kind::kZoneName:
        // The zone decides of which day a time without a date is.
        if (second == TimeProgram::kNoStep || !has_date) return TimeProgram::kNoStep;
        break;
      default:
        if (second != TimeProgram::kNoStep) return TimeProgram::kNoStep;
    }
  }
  return second;
}

absl::StatusOr<TimeProgram> Assemble(std::string_view layout, std::vector<TimeStep> steps) {
  const absl::StatusOr<uint32_t> parts = PartsOf(layout, steps);
  if (!parts.ok()) return parts.status();
  for (size_t i = 0; i + 1 < steps.size(); ++i) {
    if (IsNumber(steps[i].kind) && IsNumber(steps[i + 1].kind)) {
      if (steps[i].kind == Kind::kFraction || steps[i].kind == Kind::kEpoch) {
        return LayoutError(layout, "digits behind a number of any length", steps[i + 1].offset);
      }
      steps[i].digits_min = steps[i].digits_max;
    }
  }
  TimeProgram program;
  program.has_year = (*parts & Bit(Part::kYear)) != 0;
  program.has_date = (*parts & (Bit(Part::kMonth) | Bit(Part::kDayOfYear))) != 0;
  program.second_step = SecondStep(steps, program.has_date || program.has_year);
  program.steps = std::move(steps);
  return program;
}

// ISO 8601's extended form; RFC 3339's, where the offset must be there.
std::vector<TimeStep> Iso8601(Kind offset) {
  std::vector<TimeStep> steps = *TranslateStrptime("%Y-%m-%d");
  steps.push_back({.kind = Kind::kDateTimeGap});
  const std::vector<TimeStep> clock = *TranslateStrptime("%H:%M:%S");
  steps.insert(steps.end(), clock.begin(), clock.end());
  steps.push_back({.kind = Kind::kMaybeFraction});
  steps.push_back({.kind = offset});
  return steps;
}

std::vector<std::vector<TimeStep>> NamedLayout(std::string_view name) {
  if (name == "rfc3339") return {Iso8601(Kind::kOffset)};
  if (name == "iso8601") return {Iso8601(Kind::kMaybeOffset)};
  if (name == "klog") {
    return {*TranslateStrptime("%m%d %H:%M:%S.%f"), *TranslateStrptime("%Y%m%d %H:%M:%S.%f")};
  }
  if (name == "syslog") {
    return {*TranslateStrptime("%b %e %H:%M:%S%.f"), Iso8601(Kind::kOffset),
            *TranslateStrptime("%b %e %Y %H:%M:%S%.f"), *TranslateStrptime("%Y %b %e %H:%M:%S%.f")};
  }
  return {};
}

// Nanoseconds, 0 for what is no epoch layout.
int64_t EpochUnit(std::string_view name) {
  constexpr std::pair<std::string_view, int64_t> kUnits[] = {
      {"", 1'000'000'000}, {"_s", 1'000'000'000}, {"_ms", 1'000'000}, {"_us", 1'000}, {"_ns", 1}};
  for (const std::string_view stem : {"epoch", "unix"}) {
    if (!name.starts_with(stem)) continue;
    for (const auto& [suffix, nanos] : kUnits) {
      if (name.substr(stem.size()) == suffix) return nanos;
    }
  }
  return 0;
}

// A word that is neither a name of ours nor could be a layout of letters.
bool LooksLikeName(std::string_view layout) {
  return layout.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == layout.npos &&
         layout.find_first_of("0123456789_") != layout.npos;
}

absl::StatusOr<std::vector<std::vector<TimeStep>>> Translate(std::string_view layout) {
  std::vector<std::vector<TimeStep>> alternatives = NamedLayout(layout);
  if (!alternatives.empty()) return alternatives;
  if (LooksLikeName(layout)) {
    constexpr std::string_view kNames[] = {"rfc3339",  "iso8601",  "epoch",  "epoch_s", "epoch_ms",
                                           "epoch_us", "epoch_ns", "syslog", "klog"};
    const std::string_view nearest = NearestName(layout, kNames, std::size(kNames));
    const std::string hint = nearest.empty() ? "" : Concat({"; did you mean ", nearest, "?"});
    return LayoutError(layout, Concat({"no layout has this name", hint}), 0);
  }
  auto steps = layout.find('%') != layout.npos ? TranslateStrptime(layout) : TranslateJava(layout);
  if (!steps.ok()) return steps.status();
  alternatives.push_back(*std::move(steps));
  return alternatives;
}

}  // namespace

absl::StatusOr<TimeLayout> TimeLayout::Compile(std::string_view layout, std::string_view zone) {
  if (layout.size() > kMaxLayoutBytes) {
    return LayoutError(layout.substr(0, 32), "longer than 256 bytes", kMaxLayoutBytes);
  }
  auto compiled = std::make_shared<Compiled>();
  absl::StatusOr<TimeZone> loaded = TimeZone::Load(zone);
  if (!loaded.ok()) return loaded.status();
  compiled->zone = *std::move(loaded);
  compiled->epoch_unit_nanos = EpochUnit(layout);
  if (compiled->epoch_unit_nanos != 0) return TimeLayout(std::move(compiled));
  auto alternatives = Translate(layout);
  if (!alternatives.ok()) return alternatives.status();
  for (std::vector<TimeStep>& steps : *alternatives) {
    absl::StatusOr<TimeProgram> program = Assemble(layout, std::move(steps));
    if (!program.ok()) return program.status();
    compiled->programs.push_back(*std::move(program));
  }
  return TimeLayout(std::move(compiled));
}

}  // namespace tailrace
