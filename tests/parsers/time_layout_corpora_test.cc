// lnav's logs whose times are hard: a change of clocks, years and days that begin, offsets. There
// is no expected file; times must come out in the order of the lines.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "parsers/time_layout_reader.h"
#include "parsers/timestamp.h"

namespace tailrace {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kHour = 3600 * int64_t{1'000'000'000};

fs::path Logs() {
  const char* corpora = std::getenv("TAILRACE_CORPORA");
  return fs::path(corpora != nullptr ? corpora : "../shared/corpora") / "lnav" / "logs";
}

struct Case {
  const char* file;
  const char* layout;
  const char* zone;
  size_t time_bytes;     // 0: up to the first blank.
  const char* first;     // The time of the first line, in UTC.
  int64_t period_hours;  // What a step back in the file's times stands for; 0: there is none.
};

constexpr Case kCases[] = {
    {"logfile_dst.0", "%b %e %H:%M:%S", "America/New_York", 15, "2013-11-03T05:01:03Z", 0},
    {"logfile_rollover.0", "%H:%M:%S.%f", "UTC", 12, "2026-01-02T00:00:00Z", 24},
    {"logfile_rollover.1", "syslog", "UTC", 15, "2012-11-03T09:23:38Z", 365 * 24},
    {"logfile_rollover.2", "syslog", "UTC", 15, "2012-11-03T09:23:38Z", 365 * 24},
    {"logfile_with_zones.0", "rfc3339", "UTC", 0, "2022-08-27T14:22:01.613Z", 0},
    {"logfile_generic_nanos.0", "%F %T.%f", "UTC", 29, "2025-01-01T00:00:00.123456789Z", 0},
};

std::vector<std::string> Times(const Case& c) {
  std::ifstream in(Logs() / c.file);
  std::vector<std::string> times;
  for (std::string line; std::getline(in, line);) {
    times.push_back(line.substr(0, c.time_bytes > 0 ? c.time_bytes : line.find(' ')));
  }
  return times;
}

// "" or what is wrong. The reference of a line is the time of the line before it, or, where a
// period begins, one that much later: what the record's own time would be close to.
std::string Judge(const Case& c) {
  const std::vector<std::string> times = Times(c);
  if (times.empty()) return "no lines";
  TimestampReader rfc3339;
  const int64_t first = rfc3339.Parse(c.first).value();
  LayoutReader reader(TimeLayout::Compile(c.layout, c.zone).value());
  int64_t last = first;
  for (size_t i = 0; i < times.size(); ++i) {
    std::optional<int64_t> time = reader.Parse(times[i], last);
    if (time.has_value() && *time < last && c.period_hours > 0) {
      time = reader.Parse(times[i], *time + c.period_hours * kHour);
    }
    if (!time.has_value()) return "line " + std::to_string(i + 1) + " is refused: " + times[i];
    if (i == 0 && *time != first) return "the first line is not of its time";
    if (*time < last) return "line " + std::to_string(i + 1) + " goes back: " + times[i];
    last = *time;
  }
  return "";
}

TEST(TimeLayoutCorpora, LnavTimesComeInTheOrderOfTheFile) {
  if (!fs::exists(Logs())) GTEST_SKIP() << Logs() << " is not there";
  size_t passed = 0;
  for (const Case& c : kCases) {
    const std::string wrong = Judge(c);
    EXPECT_EQ(wrong, "") << c.file;
    passed += wrong.empty() ? 1 : 0;
  }
  std::printf("lnav-times %zu/%zu\n", passed, std::size(kCases));
}

}  // namespace
}  // namespace tailrace
