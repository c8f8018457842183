#include "parsers/timestamp.h"

namespace tailrace {
namespace {

constexpr int64_t kNanosPerSecond = 1'000'000'000;
constexpr int kYearMin = 1678;
constexpr int kYearMax = 2261;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The number that two digits stand for, or -1.
int TwoDigits(const char* text) {
  if (!IsDigit(text[0]) || !IsDigit(text[1])) return -1;
  return (text[0] - '0') * 10 + (text[1] - '0');
}

int DaysInMonth(int year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

// Days since 1970-01-01, with years that begin in March so that the leap day is the last one.
int64_t DaysFromCivil(int year, int month, int day) {
  const int64_t y = month <= 2 ? year - 1 : year;
  const int64_t era = y / 400;
  const int64_t year_of_era = y - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719468;
}

void WriteTwo(int value, char* out) {
  out[0] = static_cast<char>('0' + value / 10);
  out[1] = static_cast<char>('0' + value % 10);
}

// Writes "YYYY-MM-DD".
void WriteDate(int64_t days, char* out) {
  const int64_t shifted = days + 719468;
  const int64_t era = shifted / 146097;  // Positive: the years begin at 1677.
  const int64_t day_of_era = shifted - era * 146097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const int month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  const int year = static_cast<int>(year_of_era + era * 400 + (month <= 2 ? 1 : 0));
  WriteTwo(year / 100, out);
  WriteTwo(year % 100, out + 2);
  out[4] = '-';
  WriteTwo(month, out + 5);
  out[7] = '-';
  WriteTwo(static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1), out + 8);
}

// Reads "Z" or "+HH:MM"; false if `text` is neither.
bool ReadZone(std::string_view text, int& offset_seconds) {
  if (text.size() == 1 && (text[0] == 'Z' || text[0] == 'z')) {
    offset_seconds = 0;
    return true;
  }
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return false;
  const int hours = TwoDigits(text.data() + 1);
  const int minutes = TwoDigits(text.data() + 4);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return false;
  offset_seconds = (hours * 60 + minutes) * 60 * (text[0] == '-' ? -1 : 1);
  return true;
}

}  // namespace

struct TimestampReader::Instant {
  int64_t seconds = 0;
  uint32_t nanos = 0;
  bool in_utc = false;  // The 19 bytes to the second are those of UTC.
};

void FormatUtc(int64_t nanos, char* out) noexcept {
  int64_t seconds = nanos / kNanosPerSecond;
  int64_t fraction = nanos % kNanosPerSecond;
  if (fraction < 0) {
    fraction += kNanosPerSecond;
    --seconds;
  }
  int64_t days = seconds / 86400;
  int second_of_day = static_cast<int>(seconds % 86400);
  if (second_of_day < 0) {
    second_of_day += 86400;
    --days;
  }
  WriteDate(days, out);
  out[10] = 'T';
  WriteTwo(second_of_day / 3600, out + 11);
  out[13] = ':';
  WriteTwo(second_of_day / 60 % 60, out + 14);
  out[16] = ':';
  WriteTwo(second_of_day % 60, out + 17);
  out[19] = '.';
  for (int i = 28; i >= 20; --i, fraction /= 10) out[i] = static_cast<char>('0' + fraction % 10);
  out[29] = 'Z';
}

bool TimestampReader::ReadMinute(const char* text) noexcept {
  if (std::memcmp(text, minute_.data(), minute_.size()) == 0) return true;
  const int century = TwoDigits(text);
  const int year_of_century = TwoDigits(text + 2);
  const int month = TwoDigits(text + 5);
  const int day = TwoDigits(text + 8);
  const int hour = TwoDigits(text + 11);
  const int minute = TwoDigits(text + 14);
  if (century < 0 || year_of_century < 0 || text[4] != '-' || text[7] != '-' ||
      (text[10] != 'T' && text[10] != 't') || text[13] != ':') {
    return false;
  }
  const int year = century * 100 + year_of_century;
  if (year < kYearMin || year > kYearMax || month < 1 || month > 12 || day < 1 ||
      day > DaysInMonth(year, month) || hour < 0 || hour > 23 || minute < 0 || minute > 59) {
    return false;
  }
  std::memcpy(minute_.data(), text, minute_.size());
  // So that what begins with the kept bytes is in the normal form.
  if (text[10] == 't') minute_[10] = 'T';
  minute_seconds_ = DaysFromCivil(year, month, day) * 86400 + hour * 3600 + minute * 60;
  return true;
}

bool TimestampReader::Read(std::string_view text, Instant& instant) noexcept {
  if (text.size() < 20 || !ReadMinute(text.data()) || text[16] != ':') return false;
  const int second = TwoDigits(text.data() + 17);
  const bool leap = second == 60 && text[14] == '5' && text[15] == '9';
  if (second < 0 || (second > 59 && !leap)) return false;
  size_t at = 19;
  uint32_t nanos = 0;
  if (text[at] == '.') {
    uint32_t scale = 100'000'000;
    const size_t begin = ++at;
    for (; at < text.size() && IsDigit(text[at]); ++at, scale /= 10) {
      nanos += scale * static_cast<uint32_t>(text[at] - '0');
    }
    if (at == begin) return false;
  }
  int offset_seconds = 0;
  if (!ReadZone(text.substr(at), offset_seconds)) return false;
  instant.seconds = minute_seconds_ + (leap ? 59 : second) - offset_seconds;
  instant.nanos = leap ? 999'999'999 : nanos;
  instant.in_utc = offset_seconds == 0 && !leap;
  return true;
}

TimeForm TimestampReader::NormalizeAny(std::string_view text, char* out) noexcept {
  Instant instant;
  if (!Read(text, instant)) return TimeForm::kInvalid;
  if (instant.in_utc) {
    // The most frequent other form: containerd cuts zeros off the fraction, podman writes +00:00.
    if (text.size() == kUtcTimeBytes && text[29] == 'Z' && text[10] == 'T') {
      return TimeForm::kUtcNanos;
    }
    std::memcpy(out, text.data(), 19);
    out[10] = 'T';
    std::memcpy(out + 19, ".000000000Z", 11);
    if (text[19] == '.') {
      for (size_t i = 20; i < 29 && IsDigit(text[i]); ++i) out[i] = text[i];
    }
    return TimeForm::kOther;
  }
  FormatUtc(instant.seconds * kNanosPerSecond + instant.nanos, out);
  return TimeForm::kOther;
}

std::optional<int64_t> TimestampReader::Parse(std::string_view text) noexcept {
  Instant instant;
  if (!Read(text, instant)) return std::nullopt;
  return instant.seconds * kNanosPerSecond + instant.nanos;
}

}  // namespace tailrace
