#include "parsers/time_parts.h"

#include <cstdlib>

#include "absl/time/civil_time.h"
#include "parsers/time_names.h"

namespace tailrace {
namespace {

using Kind = TimeStepKind;

constexpr int64_t kDay = 86400;
constexpr int kYearMin = 1678;
constexpr int kYearMax = 2261;
// Between leap years, across a century that has none.
constexpr int kLeapYearsApartMax = 8;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Up to `max` digits, -1 for fewer than `min`.
int64_t ReadDigits(const char*& at, const char* end, int min, int max) {
  int64_t number = 0;
  int count = 0;
  for (; at < end && count < max && IsDigit(*at); ++at, ++count) number = number * 10 + (*at - '0');
  return count < min ? -1 : number;
}

struct NumberRule {
  int TimeParts::*part;
  int min;
  int max;
};

NumberRule RuleOf(Kind kind) {
  switch (kind) {
    case Kind::kMonth:
      return {&TimeParts::month, 1, 12};
    case Kind::kDay:
      return {&TimeParts::day, 1, 31};
    case Kind::kDayOfYear:
      return {&TimeParts::day_of_year, 1, 366};
    case Kind::kHour:
      return {&TimeParts::hour, 0, 23};
    case Kind::kHourFrom1:
      return {&TimeParts::hour, 1, 24};
    case Kind::kHourOf12:
      return {&TimeParts::hour, 0, 12};
    case Kind::kMinute:
      return {&TimeParts::minute, 0, 59};
    case Kind::kSecond:
      return {&TimeParts::second, 0, 60};
    case Kind::kYearOfCentury:
      return {&TimeParts::year, 0, 99};
    default:
      return {&TimeParts::year, kYearMin, kYearMax};
  }
}

bool ReadNumber(const TimeStep& step, const char*& at, const char* end, TimeParts& parts) {
  // "Jan  2", " 9:05"
  if (step.digits_min == 1 && at < end && *at == ' ') ++at;
  const int64_t number = ReadDigits(at, end, step.digits_min, step.digits_max);
  if (step.kind == Kind::kEpoch) {
    parts.has_epoch = true;
    parts.epoch_seconds = number;
    return number >= 0;
  }
  const NumberRule rule = RuleOf(step.kind);
  if (number < rule.min || number > rule.max) return false;
  parts.*rule.part = static_cast<int>(number);
  if (step.kind == Kind::kYearOfCentury) parts.year += number < 69 ? 2000 : 1900;
  if (step.kind == Kind::kHourFrom1 && number == 24) parts.hour = 0;
  if (step.kind == Kind::kHourOf12) {
    parts.of_12 = true;
    if (number == 12) parts.hour = 0;
  }
  return true;
}

bool ReadMonthName(const char*& at, const char* end, TimeParts& parts) {
  const std::string_view text(at, static_cast<size_t>(end - at));
  parts.month = text.size() < 3 ? 0 : MonthOf(at);
  if (parts.month == 0) return false;
  at += MonthNameLength(text, parts.month);
  return true;
}

bool ReadHalfOfDay(const char*& at, const char* end, TimeParts& parts) {
  if (end - at < 2 || (at[1] | 0x20) != 'm') return false;
  const char letter = static_cast<char>(at[0] | 0x20);
  if (letter != 'a' && letter != 'p') return false;
  parts.afternoon = letter == 'p';
  at += 2;
  return true;
}

bool ReadOffsetStep(const char*& at, const char* end, TimeParts& parts) {
  size_t size = 0;
  parts.offset_seconds = ReadOffset({at, static_cast<size_t>(end - at)}, size);
  at += size;
  return parts.offset_seconds.has_value();
}

// A name, or else an offset; "Z" is a name as well as an offset.
bool ReadZoneName(const char*& at, const char* end, TimeParts& parts) {
  const char* name = at;
  while (name < end && (IsLetter(*name) || *name == '/' || *name == '_')) ++name;
  if (name == at) return ReadOffsetStep(at, end, parts);
  parts.zone_name = {at, static_cast<size_t>(name - at)};
  at = name;
  return true;
}

bool SkipBlanks(const char*& at, const char* end) {
  const char* const begin = at;
  while (at < end && IsBlank(*at)) ++at;
  return at > begin;
}

// Steps that may find nothing.
bool ReadOptional(const TimeStep& step, const char*& at, const char* end, TimeParts& parts) {
  if (step.kind == Kind::kMaybeFraction) {
    if (end - at < 2 || (*at != '.' && *at != ',') || !IsDigit(at[1])) return true;
    parts.nanos = ReadFraction(++at, end);
    return true;
  }
  const char* const begin = at;
  SkipBlanks(at, end);
  if (!ReadOffsetStep(at, end, parts)) at = begin;
  return true;
}

// Civil seconds of midnight; nullopt when there is no such day.
std::optional<int64_t> Midnight(int year, const TimeParts& parts) {
  const int month = parts.month == 0 ? 1 : parts.month;
  const int day = parts.day == 0 ? 1 : parts.day;
  absl::CivilDay date(year, month, day);
  if (date.month() != month || date.day() != day) return std::nullopt;
  if (parts.day_of_year > 0) {
    date = absl::CivilDay(year, 1, 1) + (parts.day_of_year - 1);
    if (date.year() != year) return std::nullopt;
  }
  if (date.year() < kYearMin || date.year() > kYearMax) return std::nullopt;
  return (date - absl::CivilDay(1970, 1, 1)) * kDay;
}

// Of the years around the reference the one in which the day exists and is nearest to it.
std::optional<int64_t> NearestMidnight(const TimeParts& parts, int64_t second_of_day,
                                       int64_t reference) {
  const absl::CivilSecond civil = absl::CivilSecond(1970, 1, 1) + reference;
  const int around = static_cast<int>(civil.year());
  std::optional<int64_t> nearest;
  const auto distance = [&](int64_t midnight) {
    return std::llabs(midnight + second_of_day - reference);
  };
  for (int year = around - kLeapYearsApartMax; year <= around + kLeapYearsApartMax; ++year) {
    const std::optional<int64_t> midnight = Midnight(year, parts);
    if (!midnight.has_value()) continue;
    if (!nearest.has_value() || distance(*midnight) < distance(*nearest)) nearest = midnight;
  }
  return nearest;
}

int64_t FloorDay(int64_t seconds) {
  const int64_t rest = seconds % kDay;
  return seconds - (rest < 0 ? rest + kDay : rest);
}

}  // namespace

int ReadFraction(const char*& at, const char* end) noexcept {
  if (at == end || !IsDigit(*at)) return -1;
  int nanos = 0;
  for (int scale = 100'000'000; at < end && IsDigit(*at); ++at, scale /= 10) {
    nanos += (*at - '0') * scale;
  }
  return nanos;
}

bool ReadStep(const TimeStep& step, const char*& at, const char* end, TimeParts& parts) noexcept {
  switch (step.kind) {
    case Kind::kLiteral:
      return at < end && *at++ == step.literal;
    case Kind::kBlanks:
      return SkipBlanks(at, end);
    case Kind::kDateTimeGap:
      return at < end && ((*at | 0x20) == 't' || *at == ' ') && ++at <= end;
    case Kind::kMonthName:
      return ReadMonthName(at, end, parts);
    case Kind::kWeekday: {
      const size_t size = WeekdayNameLength({at, static_cast<size_t>(end - at)});
      at += size;
      return size > 0;
    }
    case Kind::kHalfOfDay:
      return ReadHalfOfDay(at, end, parts);
    case Kind::kFraction:
      parts.nanos = ReadFraction(at, end);
      return parts.nanos >= 0;
    case Kind::kOffset:
      return ReadOffsetStep(at, end, parts);
    case Kind::kZoneName:
      return ReadZoneName(at, end, parts);
    case Kind::kMaybeFraction:
    case Kind::kMaybeOffset:
      return ReadOptional(step, at, end, parts);
    default:
      return ReadNumber(step, at, end, parts);
  }
}

std::optional<int64_t> CivilMinute(const TimeProgram& program, const TimeParts& parts,
                                   int64_t reference_civil_seconds) noexcept {
  const int hour = parts.hour + (parts.of_12 && parts.afternoon ? 12 : 0);
  const int64_t second_of_day = hour * 3600 + parts.minute * 60;
  std::optional<int64_t> midnight;
  if (program.has_year) {
    midnight = Midnight(parts.year, parts);
  } else if (program.has_date) {
    midnight = NearestMidnight(parts, second_of_day, reference_civil_seconds);
  } else {
    // The day on which the time is less than half a day from the reference.
    midnight = FloorDay(reference_civil_seconds - second_of_day + kDay / 2);
  }
  if (!midnight.has_value()) return std::nullopt;
  return *midnight + second_of_day;
}

}  // namespace tailrace
