#include "agent/tail/line_search.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>

namespace tailrace {
namespace {

constexpr size_t kProbeBytes = 4096;
constexpr int64_t kLineSearchMax = int64_t{8} << 20;  // The longest line that a config allows.
constexpr int64_t kNanos = 1'000'000'000;

struct Probe {
  std::array<char, kProbeBytes> bytes;
  size_t length = 0;

  std::string_view view() const { return {bytes.data(), length}; }
};

Probe ReadProbe(int fd, int64_t offset, size_t most = kProbeBytes) {
  Probe probe;
  ssize_t bytes = -1;
  do {
    bytes = pread(fd, probe.bytes.data(), std::min(most, kProbeBytes), offset);
  } while (bytes < 0 && errno == EINTR);
  probe.length = bytes > 0 ? static_cast<size_t>(bytes) : 0;
  return probe;
}

bool Digits(std::string_view text, size_t at, size_t count, int64_t& value) {
  if (at + count > text.size()) return false;
  const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + count, value);
  return error == std::errc() && end == text.data() + at + count;
}

// "+02:00" behind the seconds.
std::optional<int64_t> OffsetSeconds(std::string_view zone) {
  if (zone.starts_with('Z')) return 0;
  int64_t hours = 0;
  int64_t minutes = 0;
  const bool shaped = zone.size() >= 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':' &&
                      Digits(zone, 1, 2, hours) && Digits(zone, 4, 2, minutes);
  if (!shaped) return std::nullopt;
  const int64_t seconds = hours * 3600 + minutes * 60;
  return zone[0] == '-' ? -seconds : seconds;
}

// Where the next line begins at or behind `offset`, which may be inside a line.
int64_t NextLine(int fd, int64_t offset, int64_t size_bytes) {
  const int64_t limit = std::min(size_bytes, offset + kLineSearchMax);
  for (int64_t at = offset; at < limit;) {
    const Probe probe = ReadProbe(fd, at);
    if (probe.length == 0) break;
    const size_t newline = probe.view().find('\n');
    if (newline != std::string_view::npos) return at + static_cast<int64_t>(newline) + 1;
    at += static_cast<int64_t>(probe.length);
  }
  return size_bytes;
}

struct TimedLine {
  int64_t offset = 0;  // The file's size when there is none.
  int64_t nanos = 0;
};

// The first line with a time that begins at or behind `offset`.
TimedLine FirstTimedLine(int fd, int64_t offset, int64_t size_bytes) {
  int64_t line = offset == 0 ? 0 : NextLine(fd, offset - 1, size_bytes);
  while (line < size_bytes) {
    const std::optional<int64_t> time = CriTimeNanos(ReadProbe(fd, line, 64).view());
    if (time.has_value()) return {line, *time};
    line = NextLine(fd, line, size_bytes);
  }
  return {size_bytes, 0};
}

}  // namespace

std::optional<int64_t> CriTimeNanos(std::string_view line) {
  int64_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  const bool shaped = line.size() >= 20 && line[4] == '-' && line[7] == '-' && line[10] == 'T' &&
                      line[13] == ':' && line[16] == ':' && Digits(line, 0, 4, year) &&
                      Digits(line, 5, 2, month) && Digits(line, 8, 2, day) &&
                      Digits(line, 11, 2, hour) && Digits(line, 14, 2, minute) &&
                      Digits(line, 17, 2, second);
  if (!shaped) return std::nullopt;
  size_t at = 19;
  int64_t nanos = 0;
  if (line[at] == '.') {
    int64_t unit = kNanos / 10;
    for (++at; at < line.size() && line[at] >= '0' && line[at] <= '9'; ++at, unit /= 10) {
      nanos += (line[at] - '0') * unit;
    }
  }
  const std::optional<int64_t> zone = OffsetSeconds(line.substr(at));
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!zone.has_value() || !date.ok()) return std::nullopt;
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  const int64_t seconds = days * 86400 + hour * 3600 + minute * 60 + second - *zone;
  return seconds * kNanos + nanos;
}

int64_t FirstLineSince(int fd, int64_t size_bytes, int64_t cutoff_nanos) {
  // Searches the smallest offset behind which no line is older. Lines are in the order of their
  // times, as their writer made them.
  int64_t low = 0;
  int64_t high = size_bytes;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    const TimedLine line = FirstTimedLine(fd, middle, size_bytes);
    if (line.offset >= size_bytes || line.nanos >= cutoff_nanos) {
      high = middle;
    } else {
      low = line.offset + 1;
    }
  }
  return FirstTimedLine(fd, low, size_bytes).offset;
}

int64_t EndOfLastLine(int fd, int64_t size_bytes, int64_t line_bytes_max,
                      std::string_view newline) {
  const auto unit = static_cast<int64_t>(newline.size());
  const int64_t whole_units_end = size_bytes - size_bytes % unit;
  const int64_t limit = std::max<int64_t>(0, size_bytes - line_bytes_max);
  for (int64_t end = whole_units_end; end > limit;) {
    // kProbeBytes is a multiple of each unit: every probe begins with a whole one.
    const int64_t begin = std::max<int64_t>(0, end - static_cast<int64_t>(kProbeBytes));
    const Probe probe = ReadProbe(fd, begin, static_cast<size_t>(end - begin));
    size_t at = probe.view().rfind(newline);
    while (at != std::string_view::npos && at % newline.size() != 0) {
      at = probe.view().rfind(newline, at - 1);  // Not 0, which is a multiple.
    }
    if (at != std::string_view::npos) return begin + static_cast<int64_t>(at) + unit;
    if (begin == 0) return 0;
    end = begin;
  }
  return whole_units_end;
}

}  // namespace tailrace
