#include "parsers/time_zone.h"

#include <algorithm>

#include "absl/time/civil_time.h"
#include "agent/base/strings.h"

namespace tailrace {
namespace {

constexpr int64_t kMinute = 60;
constexpr int64_t kHour = 3600;
// Of zones that still change their clocks, each abbreviation is in use within a year; several,
// since rules change.
constexpr int kFirstLearnedYear = 2005;
constexpr int kLastLearnedYear = 2030;

struct KnownZone {
  std::string_view name;
  int hours;
};
// RFC 2822, section 4.3, and those that have one meaning only.
constexpr KnownZone kKnownZones[] = {
    {"UTC", 0},   {"GMT", 0},   {"UT", 0},    {"Z", 0},    {"EST", -5}, {"EDT", -4},  {"CST", -6},
    {"CDT", -5},  {"MST", -7},  {"MDT", -6},  {"PST", -8}, {"PDT", -7}, {"AKST", -9}, {"AKDT", -8},
    {"HST", -10}, {"WET", 0},   {"WEST", 1},  {"CET", 1},  {"CEST", 2}, {"EET", 2},   {"EEST", 3},
    {"MSK", 3},   {"SAST", 2},  {"JST", 9},   {"KST", 9},  {"HKT", 8},  {"AWST", 8},  {"AEST", 10},
    {"AEDT", 11}, {"NZST", 12}, {"NZDT", 13},
};

const absl::CivilSecond kEpoch(1970, 1, 1, 0, 0, 0);

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

int TwoDigits(std::string_view text, size_t at) {
  if (at + 2 > text.size() || !IsDigit(text[at]) || !IsDigit(text[at + 1])) return -1;
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

}  // namespace

std::optional<int64_t> ReadOffset(std::string_view text, size_t& size) noexcept {
  if (text.empty()) return std::nullopt;
  if (text[0] == 'Z' || text[0] == 'z') {
    size = 1;
    return 0;
  }
  if (text[0] != '+' && text[0] != '-') return std::nullopt;
  const int hours = TwoDigits(text, 1);
  if (hours < 0 || hours > 23) return std::nullopt;
  size = 3;
  int minutes = 0;
  const size_t at = text.size() > 3 && text[3] == ':' ? 4 : 3;
  if (const int read = TwoDigits(text, at); read >= 0) {
    if (read > 59) return std::nullopt;
    minutes = read;
    size = at + 2;
  }
  const int64_t offset = hours * kHour + minutes * kMinute;
  return text[0] == '-' ? -offset : offset;
}

TimeZone::TimeZone() : zone_(absl::UTCTimeZone()), name_("UTC") {}

absl::StatusOr<TimeZone> TimeZone::Load(std::string_view name) {
  TimeZone loaded;
  loaded.name_ = name;
  size_t size = 0;
  const std::optional<int64_t> offset = ReadOffset(name, size);
  if (offset.has_value() && size == name.size()) {
    loaded.zone_ = absl::FixedTimeZone(static_cast<int>(*offset));
    return loaded;
  }
  if (name == "local") {
    loaded.zone_ = absl::LocalTimeZone();
  } else if (name.empty() || !absl::LoadTimeZone(ToAbsl(name), &loaded.zone_)) {
    return absl::InvalidArgumentError(
        Concat({"unknown time zone \"", name,
                "\": take a name of tzdata (Europe/Paris), an offset (+02:00), UTC or local"}));
  }
  loaded.LearnAbbreviations();
  return loaded;
}

void TimeZone::LearnAbbreviations() {
  for (int year = kLastLearnedYear; year >= kFirstLearnedYear; --year) {
    for (const int month : {1, 4, 7, 10}) {
      const absl::Time time = absl::FromCivil(absl::CivilMonth(year, month), zone_);
      const absl::TimeZone::CivilInfo info = zone_.At(time);
      const auto is_known = [&](const Abbreviation& a) { return a.name == info.zone_abbr; };
      if (std::any_of(abbreviations_.begin(), abbreviations_.end(), is_known)) continue;
      abbreviations_.push_back({info.zone_abbr, info.offset});
    }
  }
}

int64_t TimeZone::ToInstant(int64_t civil_seconds, int64_t reference_seconds) const noexcept {
  const absl::TimeZone::TimeInfo info = zone_.At(kEpoch + civil_seconds);
  const int64_t first = absl::ToUnixSeconds(info.pre);
  if (info.kind != absl::TimeZone::TimeInfo::REPEATED) return first;
  const int64_t second = absl::ToUnixSeconds(info.post);
  const int64_t middle = first + (second - first) / 2;
  return reference_seconds <= middle ? first : second;
}

int64_t TimeZone::ToCivil(int64_t seconds) const noexcept {
  return seconds + zone_.At(absl::FromUnixSeconds(seconds)).offset;
}

std::optional<int64_t> TimeZone::OffsetOfMinute(int64_t civil_minute_seconds) const noexcept {
  const absl::TimeZone::TimeInfo begin = zone_.At(kEpoch + civil_minute_seconds);
  const absl::TimeZone::TimeInfo end = zone_.At(kEpoch + (civil_minute_seconds + kMinute - 1));
  if (begin.kind != absl::TimeZone::TimeInfo::UNIQUE ||
      end.kind != absl::TimeZone::TimeInfo::UNIQUE ||
      end.pre - begin.pre != absl::Seconds(kMinute - 1)) {
    return std::nullopt;
  }
  return civil_minute_seconds - absl::ToUnixSeconds(begin.pre);
}

std::optional<int64_t> TimeZone::OffsetOf(std::string_view abbreviation, int64_t civil_seconds,
                                          int64_t reference_seconds) const noexcept {
  for (const Abbreviation& known : abbreviations_) {
    if (known.name == abbreviation) return known.offset_seconds;
  }
  if (abbreviation == name_) return civil_seconds - ToInstant(civil_seconds, reference_seconds);
  for (const KnownZone& known : kKnownZones) {
    if (known.name == abbreviation) return known.hours * kHour;
  }
  return std::nullopt;
}

}  // namespace tailrace
