#include "parsers/time_layout_reader.h"

#include <cstdlib>
#include <cstring>
#include <utility>

#include "parsers/time_parts.h"
#include "parsers/timestamp.h"

namespace tailrace {
namespace {

constexpr int64_t kNanosPerSecond = 1'000'000'000;
constexpr int64_t kMinSeconds = -9'214'560'000;  // 1678-01-01T00:00:00Z
constexpr int64_t kMaxSeconds = 9'214'646'399;   // 2261-12-31T23:59:59Z
// Within these a chosen year or day stays the nearest one, whichever second of the minute it is; a
// day of the year's is for the zone.
constexpr int64_t kYearSlackSeconds = int64_t{181} * 86400;
constexpr int64_t kDaySlackSeconds = 43200 - 60;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsBlank(char c) { return static_cast<unsigned char>(c) <= ' '; }

int64_t FloorSeconds(int64_t nanos) {
  const int64_t rest = nanos % kNanosPerSecond;
  return nanos / kNanosPerSecond - (rest < 0 ? 1 : 0);
}

std::optional<int64_t> ToNanos(int64_t seconds, int64_t nanos) {
  if (seconds < kMinSeconds || seconds > kMaxSeconds) return std::nullopt;
  return seconds * kNanosPerSecond + nanos;
}

// "[-]digits[.digits]" units since 1970.
std::optional<int64_t> ParseEpoch(std::string_view text, int64_t unit_nanos) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const char* at = text.data();
  const char* const end = at + text.size();
  if (at == end || !IsDigit(*at)) return std::nullopt;
  const int64_t whole_max = kMaxSeconds * (kNanosPerSecond / unit_nanos);
  int64_t whole = 0;
  for (; at < end && IsDigit(*at); ++at) {
    if (whole > whole_max / 10) return std::nullopt;
    whole = whole * 10 + (*at - '0');
  }
  int64_t fraction = 0;
  if (at < end && *at == '.') {
    const int read = ReadFraction(++at, end);
    if (read < 0) return std::nullopt;
    fraction = read / (kNanosPerSecond / unit_nanos);
  }
  if (at < end) return std::nullopt;
  const int64_t nanos = whole * unit_nanos + fraction;
  return ToNanos(FloorSeconds(negative ? -nanos : nanos), 0).has_value()
             ? std::optional<int64_t>(negative ? -nanos : nanos)
             : std::nullopt;
}

// Whether a minute that was found for another reference is the right one for this one.
bool StaysNearest(const TimeProgram& program, int64_t civil_minute, const TimeZone& zone,
                  int64_t reference_seconds) {
  if (program.has_year) return true;
  if (program.has_date) return std::llabs(civil_minute - reference_seconds) < kYearSlackSeconds;
  return std::llabs(civil_minute - zone.ToCivil(reference_seconds)) < kDaySlackSeconds;
}

}  // namespace

LayoutReader::LayoutReader(TimeLayout layout)
    : layout_(std::move(layout)), minutes_(layout_.programs().size()) {}

std::optional<int64_t> LayoutReader::Parse(std::string_view text,
                                           int64_t reference_nanos) noexcept {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  if (layout_.epoch_unit_nanos() != 0) return ParseEpoch(text, layout_.epoch_unit_nanos());
  const int64_t reference_seconds = FloorSeconds(reference_nanos);
  for (size_t i = 0; i < minutes_.size(); ++i) {
    const std::optional<int64_t> nanos =
        ParseBy(layout_.programs()[i], minutes_[i], text, reference_seconds);
    if (nanos.has_value()) return nanos;
  }
  return std::nullopt;
}

bool LayoutReader::ParseToUtc(std::string_view text, int64_t reference_nanos, char* out) noexcept {
  const std::optional<int64_t> nanos = Parse(text, reference_nanos);
  if (nanos.has_value()) FormatUtc(*nanos, out);
  return nanos.has_value();
}

std::optional<int64_t> LayoutReader::ParseBy(const TimeProgram& program, Minute& minute,
                                             std::string_view text,
                                             int64_t reference_seconds) noexcept {
  const TimeZone& zone = layout_.zone();
  const bool known = minute.size > 0 && text.size() > minute.size &&
                     std::memcmp(text.data(), minute.text.data(), minute.size) == 0 &&
                     StaysNearest(program, minute.civil_seconds, zone, reference_seconds);
  TimeParts parts;
  const char* at = text.data() + (known ? minute.size : 0);
  const char* const end = text.data() + text.size();
  size_t minute_bytes = 0;
  for (size_t i = known ? program.second_step : 0; i < program.steps.size(); ++i) {
    if (i == program.second_step) minute_bytes = static_cast<size_t>(at - text.data());
    if (!ReadStep(program.steps[i], at, end, parts)) return std::nullopt;
  }
  if (at != end) return std::nullopt;
  if (parts.has_epoch) return ToNanos(parts.epoch_seconds, parts.nanos);
  if (!known &&
      !FindMinute(program, parts, text.substr(0, minute_bytes), reference_seconds, minute)) {
    return std::nullopt;
  }
  const int leap_second = parts.second == 60 ? 1 : 0;
  const int64_t civil = minute.civil_seconds + parts.second - leap_second;
  const std::optional<int64_t> instant = ToInstant(minute, parts, civil, reference_seconds);
  if (!instant.has_value()) return std::nullopt;
  return ToNanos(*instant, leap_second == 1 ? kNanosPerSecond - 1 : parts.nanos);
}

// Finds the minute of `parts` and keeps it with its text, if the program knows minutes by those.
bool LayoutReader::FindMinute(const TimeProgram& program, const TimeParts& parts,
                              std::string_view text, int64_t reference_seconds,
                              Minute& minute) const noexcept {
  const TimeZone& zone = layout_.zone();
  const int64_t civil_reference = parts.offset_seconds.has_value()
                                      ? reference_seconds + *parts.offset_seconds
                                      : zone.ToCivil(reference_seconds);
  const std::optional<int64_t> civil = CivilMinute(program, parts, civil_reference);
  minute.size = 0;
  if (!civil.has_value()) return false;
  minute.civil_seconds = *civil;
  minute.zone_offset_seconds = zone.OffsetOfMinute(*civil);
  if (text.size() <= minute.text.size()) {
    text.copy(minute.text.data(), text.size());
    minute.size = static_cast<uint8_t>(text.size());
  }
  return true;
}

std::optional<int64_t> LayoutReader::ToInstant(const Minute& minute, const TimeParts& parts,
                                               int64_t civil_seconds,
                                               int64_t reference_seconds) const noexcept {
  if (parts.offset_seconds.has_value()) return civil_seconds - *parts.offset_seconds;
  const TimeZone& zone = layout_.zone();
  if (!parts.zone_name.empty()) {
    const auto offset = zone.OffsetOf(parts.zone_name, civil_seconds, reference_seconds);
    if (!offset.has_value()) return std::nullopt;
    return civil_seconds - *offset;
  }
  if (minute.zone_offset_seconds.has_value()) return civil_seconds - *minute.zone_offset_seconds;
  return zone.ToInstant(civil_seconds, reference_seconds);
}

}  // namespace tailrace
